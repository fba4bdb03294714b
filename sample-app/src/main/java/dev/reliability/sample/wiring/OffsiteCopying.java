package dev.reliability.sample.wiring;

import dev.reliability.backup.BackupManager;
import dev.reliability.backup.OffsiteCopies;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Kind;
import dev.reliability.core.backup.OperationStatus.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Copies backups offsite in the background: at the start what is not there yet, then each when it is made; what fails is
 * tried again after ten minutes. Does nothing where there is no second place. Safe for use by any thread.
 */
final class OffsiteCopying implements AutoCloseable {
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(10);
    private static final Duration WHILE_BUSY = Duration.ofSeconds(10);

    private final Persistent work = new Persistent("backup-offsite", AFTER_FAILURE, this::copyAll);
    private volatile Optional<OffsiteCopies> copies = Optional.empty();

    /** Begins, with the copies of this manager. */
    void start(BackupManager backups) {
        copies = backups.offsite();
        if (copies.isPresent()) {
            work.request();
        }
    }

    /** Is told of every operation that has ended here. */
    void ended(OperationStatus operation) {
        boolean made = operation.kind() == Kind.CREATE || operation.kind() == Kind.IMPORT;
        boolean exists = operation.status() == Status.COMPLETED || operation.status() == Status.INCOMPLETE;
        if (made && exists && copies.isPresent()) {
            work.request();
        }
    }

    private void copyAll() throws InterruptedException {
        OffsiteCopies offsite = copies.orElseThrow();
        while (true) {
            try {
                List<OperationStatus> ended = offsite.copyMissing(Caller.system());
                Optional<OperationStatus> obstacle = ended.stream()
                        .filter(each -> !OffsiteCopies.concernsItAlone(each))
                        .findFirst();
                if (obstacle.isPresent()) {
                    throw new IllegalStateException(obstacle.get().message());
                }
                return;
            } catch (BackupException.Busy another) {
                TimeUnit.NANOSECONDS.sleep(WHILE_BUSY.toNanos());
            }
        }
    }

    @Override
    public void close() {
        work.close();
    }
}
