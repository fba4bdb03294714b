package dev.reliability.backup;

import dev.reliability.backup.repository.Holder;
import dev.reliability.backup.repository.Lease;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.repository.RunningOperation;
import dev.reliability.core.backup.BackupException;
import java.io.IOException;
import java.util.Optional;

/**
 * Whose turn it is, of all processes that share a repository. What works keeps everybody else out, at once. What has
 * ended does not: its end is on record a moment before its lease is free, and whoever has read of it may come next.
 */
final class Turns {
    private final Repository repository;

    Turns(Repository repository) {
        this.repository = repository;
    }

    /** @throws BackupException.Busy if an operation of another process works */
    void requireNobodyWorks() throws IOException {
        Optional<Holder> working = working();
        if (working.isPresent()) {
            throw busy(working.get().operationId());
        }
    }

    /**
     * Takes the lease for an operation that is on record.
     *
     * @return empty if it has to wait: its holder has just ended, or may have died
     * @throws BackupException.Busy if another process was faster; then the operation is on record no more
     */
    Optional<Lease> take(RunningOperation operation) throws IOException {
        Optional<Lease> lease = repository.leases().tryAcquire(operation.id());
        if (lease.isPresent()) {
            return lease;
        }
        Optional<Holder> faster = working();
        if (faster.isPresent()) {
            repository.operations().withdraw(operation);
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
        Optional<Holder> holder = repository.leases().working();
        return holder.isPresent() && hasEnded(holder.get()) ? Optional.empty() : holder;
    }

    private boolean hasEnded(Holder holder) throws IOException {
        return repository
                .operations()
                .find(holder.operationId())
                .filter(record -> record.status().status().ended())
                .isPresent();
    }
}
