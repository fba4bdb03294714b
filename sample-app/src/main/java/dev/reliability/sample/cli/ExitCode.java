package dev.reliability.sample.cli;

/** How a subcommand ended, for whoever called it. */
final class ExitCode {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int INCOMPLETE = 3;
    static final int REFUSED = 4;
    static final int BUSY = 5;
    static final int NOT_FOUND = 6;
    static final int DAMAGED = 7;

    private ExitCode() {}
}
