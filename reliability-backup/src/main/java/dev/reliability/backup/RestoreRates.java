package dev.reliability.backup;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.repository.OperationRecord;
import dev.reliability.backup.repository.Repository;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.RestorePlan.Estimate;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How fast restores were, by their records. A restore of another type is no measure: rows are parsed and indexed, objects
 * are copied. What small backups take is mostly fixed costs, so by them a large one is said to take longer than it will.
 */
final class RestoreRates {
    private static final int MOST = 5;

    private final Repository repository;

    RestoreRates(Repository repository) {
        this.repository = repository;
    }

    Estimate estimate(Manifest backup) throws IOException {
        long bytes = 0;
        Duration taken = Duration.ZERO;
        int restores = 0;
        for (OperationRecord record : repository.operations().list()) {
            Instant finished = record.status().finishedAt();
            Manifest restored = restores < MOST && isMeasure(record, backup.type()) ? manifest(record) : null;
            if (restored != null && finished != null) {
                bytes += work(restored);
                taken = taken.plus(Duration.between(record.status().startedAt(), finished));
                restores++;
            }
        }
        if (restores == 0 || bytes == 0 || taken.toMillis() <= 0) {
            return Estimate.unknown();
        }
        double perMilli = (double) bytes / taken.toMillis();
        return new Estimate(
                Duration.ofMillis((long) Math.ceil(work(backup) / perMilli)),
                Math.max(1, Math.round(perMilli * 1000)),
                restores);
    }

    private static boolean isMeasure(OperationRecord record, BackupType type) {
        return record.status().kind() == OperationStatus.Kind.RESTORE
                && record.status().status() == OperationStatus.Status.COMPLETED
                && record.type() == type;
    }

    private @Nullable Manifest manifest(OperationRecord record) throws IOException {
        String id = record.status().backupId();
        return id == null
                ? null
                : repository
                        .catalog()
                        .manifest(id)
                        .map(ManifestReading::manifestOrNull)
                        .orElse(null);
    }

    /** What is read, parsed and written, before compression. */
    private static long work(Manifest backup) {
        long rows = backup.artifact(Artifact.DUMP).map(Artifact::plainBytes).orElse(0L);
        return rows + (backup.objects() == null ? 0 : backup.objects().bytes());
    }
}
