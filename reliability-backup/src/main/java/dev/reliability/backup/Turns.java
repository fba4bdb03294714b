package dev.reliability.backup;

import dev.reliability.backup.repository.Holder;
import dev.reliability.backup.repository.Lease;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.repository.RunningOperation;
import dev.reliability.core.backup.BackupException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Whose turn it is, of all processes that share a repository. What works keeps everybody else out, at once. What has
 * ended does not: its end is on record a moment before its lease is free, and whoever has read of it may come next.
 */
final class Turns {
    private static final int LOOKS = 50;
    private static final long BETWEEN_LOOKS_MILLIS = 100;

    private final Repository repository;

    Turns(Repository repository) {
        this.repository = repository;
    }

    /**
     * Waits for the lease of an operation that has ended, up to five seconds.
     *
     * @throws BackupException.Busy if an operation of another process works, or does not let go of its lease
     */
    void requireFree() throws IOException, InterruptedException {
        Optional<Holder> working = working();
        for (int look = 0; look < LOOKS && working.isPresent() && hasEnded(working.get()); look++) {
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
            working = working();
        }
        if (working.isPresent()) {
            throw busy(working.get().operationId());
        }
    }

    /**
     * Takes the lease for an operation that is on record.
     *
     * @return empty if it is not free, and its holder may have died: that takes longer to tell
     * @throws BackupException.Busy if another process was faster; then the operation is on record no more
     */
    Optional<Lease> take(RunningOperation operation) throws IOException {
        Optional<Lease> lease = repository.leases().tryAcquire(operation.id());
        if (lease.isPresent()) {
            return lease;
        }
        Optional<Holder> faster = working();
        if (faster.isPresent() && !hasEnded(faster.get())) {
            operation.withdraw();
            throw busy(faster.get().operationId());
        }
        return Optional.empty();
    }

    static BackupException.Busy busy(String operation) {
        return new BackupException.Busy(
                "operation " + operation + " is running, and only one runs at a time; try again when it has ended",
                operation);
    }

    private Optional<Holder> working() throws IOException {
        return repository.leases().working();
    }

    private boolean hasEnded(Holder holder) throws IOException {
        return repository
                .operations()
                .find(holder.operationId())
                .filter(record -> record.status().status().ended())
                .isPresent();
    }
}
