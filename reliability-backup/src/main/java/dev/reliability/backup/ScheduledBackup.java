package dev.reliability.backup;

import dev.reliability.backup.repository.Holder;
import dev.reliability.backup.repository.OperationRecord;
import dev.reliability.backup.repository.Repository;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.OperationStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes the backup of one fire time, if no other process has claimed it. Meeting another scheduled backup it joins that
 * one instead of making the next right behind it; any other operation it waits for.
 */
final class ScheduledBackup {
    /** Who is further ahead of the repository's clock would take fire times from those whose clocks are right. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

    private static final Duration POLL = Duration.ofSeconds(1);

    private final Repository repository;
    private final Instant fireTime;
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

    /** @throws IllegalArgumentException if the fire time is not a whole minute */
    ScheduledBackup(Repository repository, Instant fireTime, Making making) {
        if (!fireTime.equals(fireTime.truncatedTo(ChronoUnit.MINUTES))) {
            throw new IllegalArgumentException("a fire time is a whole minute, and " + fireTime + " is not");
        }
        this.repository = repository;
        this.fireTime = fireTime;
        this.making = making;
    }

    /** The operation that stands for this fire time; empty if another process has claimed it and not begun. */
    Optional<OperationStatus> run() throws IOException, InterruptedException {
        requireNotAhead();
        if (!repository.schedule().claim(fireTime)) {
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
            TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
        }
    }

    private void requireNotAhead() throws IOException {
        Instant now = repository.now();
        if (fireTime.isAfter(now.plus(CLOCK_TOLERANCE))) {
            String reason = "it is only " + now + " by the repository's clock";
            throw new BackupException.Refused(
                    "no backup for " + fireTime + " yet; look at this machine's clock", List.of(reason));
        }
    }

    private Optional<OperationStatus> onRecord() throws IOException {
        return repository.operations().findScheduled(fireTime).map(OperationRecord::status);
    }

    private @Nullable String running() throws IOException {
        return repository
                .leases()
                .holder()
                .filter(holder -> holder.state() == Holder.State.BEATS)
                .map(Holder::operationId)
                .orElse(null);
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
