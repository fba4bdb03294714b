package dev.reliability.backup;

import dev.reliability.backup.repository.LeaseLostException;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.repository.RunningOperation;
import dev.reliability.backup.stream.DamagedException;
import java.io.IOException;

/**
 * An attempt to make a backup exist under an id that the operation has claimed. When it is closed without having been
 * committed, nothing of the backup is left; a commit that got through although its answer was lost stays.
 */
final class Attempt implements AutoCloseable {
    private final Repository repository;
    private final RunningOperation operation;
    private boolean committed;

    Attempt(Repository repository, RunningOperation operation) {
        this.repository = repository;
        this.operation = operation;
    }

    /** Writes the manifest. */
    interface Commit {
        /** Whether it is there because of this call; an exception where nobody knows. */
        boolean run() throws IOException;
    }

    /** Makes the backup exist: all that it names must be stored. From here on the operation can not be cancelled. */
    void commit(String id, Commit commit) throws IOException {
        operation.commit();
        operation.lease().confirm();
        committed = run(commit);
        if (!committed) {
            throw new LeaseLostException("another process has taken over and closed the place of backup " + id);
        }
    }

    /** Whether the backup exists now, also if the store's answer was lost. */
    private boolean run(Commit commit) throws IOException {
        try {
            return commit.run();
        } catch (DamagedException notKept) {
            throw notKept;
        } catch (IOException unknown) {
            if (abandon()) {
                throw unknown;
            }
            return true;
        }
    }

    /** Unless committed, closes the place of the manifest if that is in doubt, and removes what was written. */
    @Override
    public void close() {
        if (committed) {
            return;
        }
        try {
            boolean unused = abandon();
        } catch (IOException | RuntimeException leftToTheNextHolder) {
            OperationLog.leftBehind(operation.status(), leftToTheNextHolder);
        }
    }

    /** Whether nothing of it exists now; found out by an interrupted thread as well, which keeps its flag. */
    private boolean abandon() throws IOException {
        // Reading and deleting need channels, which an interrupt would close at once.
        boolean interrupted = Thread.interrupted();
        try {
            return repository.catalog().abandon(operation);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
