package dev.reliability.backup;

import dev.reliability.backup.repository.Repository;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.OperationStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Verifies the newest backups for one fire time, if no other process has claimed it. Any other operation it waits for: a
 * backup of the same minute is verified when it is made.
 */
final class ScheduledVerification {
    private final Repository repository;
    private final FireTime fireTime;
    private final Verifying verifying;

    /** Verifies a backup and waits for its end. */
    interface Verifying {
        /**
         * How it ended.
         *
         * @throws BackupException.Busy if another operation runs
         */
        OperationStatus verify(Backup backup) throws IOException;
    }

    ScheduledVerification(Repository repository, FireTime fireTime, Verifying verifying) {
        this.repository = repository;
        this.fireTime = fireTime;
        this.verifying = verifying;
    }

    /** How each ended; none if another process has claimed the fire time, or there is no backup. */
    List<OperationStatus> run() throws IOException, InterruptedException {
        fireTime.requireCome(repository);
        if (!repository.verifySchedule().claim(fireTime.moment())) {
            return List.of();
        }
        awaitTurn();
        List<OperationStatus> ended = new ArrayList<>();
        for (Backup backup : NewestBackups.of(repository)) {
            ended.add(verify(backup));
        }
        return ended;
    }

    private void awaitTurn() throws IOException, InterruptedException {
        while (repository.leases().working().isPresent()) {
            FireTime.pause();
        }
    }

    private OperationStatus verify(Backup backup) throws IOException, InterruptedException {
        while (true) {
            try {
                return verifying.verify(backup);
            } catch (BackupException.Busy another) {
                FireTime.pause();
            }
        }
    }
}
