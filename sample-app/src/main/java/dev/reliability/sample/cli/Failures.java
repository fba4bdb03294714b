package dev.reliability.sample.cli;

import dev.reliability.core.backup.BackupException;

/** Which exit code a failure is. */
final class Failures {
    private Failures() {}

    static int exitCode(Exception failure) {
        if (failure instanceof BackupException.NotFound) {
            return ExitCode.NOT_FOUND;
        }
        if (failure instanceof BackupException.Busy) {
            return ExitCode.BUSY;
        }
        if (failure instanceof BackupException.Damaged) {
            return ExitCode.DAMAGED;
        }
        if (failure instanceof BackupException.Refused) {
            return ExitCode.REFUSED;
        }
        return ExitCode.FAILED;
    }
}
