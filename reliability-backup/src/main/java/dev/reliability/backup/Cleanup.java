package dev.reliability.backup;

import dev.reliability.backup.objects.ReplacedObjects;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.repository.RunningOperation;
import dev.reliability.backup.repository.Sweep;
import dev.reliability.backup.retention.RetentionPlan;
import dev.reliability.backup.retention.RetentionPolicy;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;

/** Deletes what retention no longer keeps, then what nobody names. */
final class Cleanup {
    private final BackupConfig config;
    private final TimeSource time;
    private final Repository repository;
    private final RunningOperation operation;

    Cleanup(BackupConfig config, TimeSource time, Repository repository, RunningOperation operation) {
        this.config = config;
        this.time = time;
        this.repository = repository;
        this.operation = operation;
    }

    /** @param deleted gets each id when its backup is gone */
    OperationRunner.Result run(List<String> deleted) throws IOException {
        repository.store().removeAbandoned();
        Instant now = repository.now();
        for (Backup backup : plan(config, time, repository).deletions()) {
            operation.lease().requireHeld();
            operation.update("deleting", deleted.size(), 0, backup.id());
            repository.catalog().delete(operation.lease(), backup.id());
            deleted.add(backup.id());
            OperationLog.deleted(operation.status(), backup);
        }
        operation.update("sweeping", 0, 0, "");
        ReplacedObjects replaced = new ReplacedObjects(repository.store());
        replaced.forgetBefore(now.minus(config.undoPeriod()));
        Sweep.Result swept = repository.sweep().run(operation.lease(), replaced::forEachBlob);
        Instant oldest = now.minus(Duration.ofDays(config.retentionDays()));
        // By its record a restore is undone.
        Instant undoable = now.minus(config.undoPeriod());
        repository.operations().removeEndedBefore(undoable.isBefore(oldest) ? undoable : oldest);
        repository.schedule().removeBefore(oldest);
        repository.verifySchedule().removeBefore(oldest);
        return OperationRunner.Result.completed(deleted.size() + " backups deleted; " + sentence(swept));
    }

    /**
     * What {@link #run} would do now.
     *
     * @throws BackupException.Refused by these clocks nothing may be deleted
     */
    static RetentionPlan.Decided plan(BackupConfig config, TimeSource time, Repository repository) throws IOException {
        List<Backup> backups = repository.catalog().all(EnumSet.allOf(BackupStatus.class));
        RetentionPlan plan = new RetentionPolicy(config.retentionDays(), config.retentionMinimum())
                .plan(backups, repository.signs(), repository.now(), time.now());
        if (plan instanceof RetentionPlan.ClockDoubtful doubtful) {
            throw new BackupException.Refused("nothing was deleted", List.of(doubtful.reason()));
        }
        return (RetentionPlan.Decided) plan;
    }

    private static String sentence(Sweep.Result result) {
        if (result instanceof Sweep.Result.Done done) {
            return done.deleted() + " shared files of " + done.deletedBytes() + " bytes deleted, " + done.listed()
                    + " more to go in a later run";
        }
        return "shared files were left alone: " + ((Sweep.Result.Refused) result).reason();
    }
}
