package dev.reliability.backup;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.OperationStatus;

/**
 * Ends what a killed program of PostgreSQL's has left on the server, which notices late that its client is gone: until
 * then a pg_dump waits for its locks, and a psql keeps those that it has.
 */
final class OrphanedSessions {
    private OrphanedSessions() {}

    /** Returns when they are gone; does not throw, as it follows a failure that matters more. */
    static void end(Parts.Database database, OperationStatus operation) {
        boolean interrupted = Thread.interrupted();
        try {
            int unused = database.recovery().endSessions(operation.id());
        } catch (BackupException.Unavailable leftToTheServer) {
            OperationLog.sessionsLeft(operation, leftToTheServer);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
