package dev.reliability.sample.cli;

import picocli.CommandLine.Option;

/** How a subcommand goes along with its operation. */
final class Following {
    @Option(names = "--no-wait", description = "ends with 5 if another operation runs, instead of waiting for its end")
    private boolean noWait;

    @Option(names = "--no-progress", description = "does not tell on stderr how far it is")
    private boolean noProgress;

    /** Whether it waits while another operation runs. */
    boolean waits() {
        return !noWait;
    }

    /** Whether it shows how far it is. */
    boolean showsProgress() {
        return !noProgress;
    }
}
