package dev.reliability.backup;

import dev.reliability.backup.repository.Holder;
import dev.reliability.backup.repository.OperationRecord;
import dev.reliability.backup.repository.Repository;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.OperationStatus;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the backup of one fire time, if no other process has claimed it. Meeting another scheduled backup it joins that
 * one instead of making the next right behind it; any other operation it waits for.
 */
final class ScheduledBackup {
    private final Repository repository;
    private final FireTime fireTime;
    private final Making making;

    /** Makes the backup and waits for its end. */
    interface Making {
        /**
         * How it ended.
         *
         * @throws BackupException.Busy if another operation runs
         */
        OperationStatus make() throws IOException, InterruptedException;
    }

    ScheduledBackup(Repository repository, FireTime fireTime, Making making) {
        this.repository = repository;
        this.fireTime = fireTime;
        this.making = making;
    }

    /** The operation that stands for this fire time; empty if another process has claimed it and not begun. */
    Optional<OperationStatus> run() throws IOException, InterruptedException {
        fireTime.requireCome(repository);
        if (!repository.schedule().claim(fireTime.moment())) {
            return onRecord();
        }
        String met = null;
        while (true) {
            // Before the records: an operation's end is on record before its lease is free.
            String busy = running();
            Optional<OperationStatus> own = onRecord();
            Optional<OperationStatus> stands = own.isPresent() ? own : endedSchedule(met);
            if (stands.isPresent()) {
                return stands;
            }
            if (busy == null) {
                try {
                    return Optional.of(making.make());
                } catch (BackupException.Busy another) {
                    busy = another.operation();
                }
            }
            met = busy;
            FireTime.pause();
        }
    }

    private Optional<OperationStatus> onRecord() throws IOException {
        return repository.operations().findScheduled(fireTime.moment()).map(OperationRecord::status);
    }

    private @Nullable String running() throws IOException {
        return repository.leases().working().map(Holder::operationId).orElse(null);
    }

    /** How the operation that was met has ended; empty if it runs or died, or was not a scheduled one. */
    private Optional<OperationStatus> endedSchedule(@Nullable String operationId) throws IOException {
        return operationId == null
                ? Optional.empty()
                : repository
                        .operations()
                        .find(operationId)
                        .filter(record -> record.scheduledFor() != null)
                        .map(OperationRecord::status)
                        .filter(status -> status.status().ended());
    }
}
