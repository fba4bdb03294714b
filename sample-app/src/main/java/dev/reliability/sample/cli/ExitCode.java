package dev.reliability.sample.cli;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.OperationStatus;

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

    /** Of what never began. */
    static int of(Exception failure) {
        if (failure instanceof BackupException.NotFound) {
            return NOT_FOUND;
        }
        if (failure instanceof BackupException.Busy) {
            return BUSY;
        }
        if (failure instanceof BackupException.Damaged) {
            return DAMAGED;
        }
        return failure instanceof BackupException.Refused ? REFUSED : FAILED;
    }

    /** Of an operation that has ended. */
    static int of(OperationStatus ended) {
        return switch (ended.status()) {
            case COMPLETED -> DONE;
            case INCOMPLETE -> INCOMPLETE;
            case RUNNING, CANCELLED -> FAILED;
            case FAILED ->
                switch (String.valueOf(ended.error())) {
                    case "damaged" -> DAMAGED;
                    case "refused" -> REFUSED;
                    default -> FAILED;
                };
        };
    }
}
