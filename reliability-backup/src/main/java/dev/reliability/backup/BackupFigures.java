package dev.reliability.backup;

import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.repository.Facts;
import dev.reliability.backup.repository.OperationRecord;
import dev.reliability.backup.repository.Repository;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.VerifyLevel;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the repository says of its backups at one moment, whichever processes made them. Where manifests are signed,
 * what none of our keys signed does not count. A backup of a database that was replaced is counted, and is neither the
 * newest nor the newest verified. Immutable.
 *
 * @param newest of each type that there is the newest completed one
 * @param counts how many there are of each status that can be restored
 * @param newestVerified when the newest backup was made that was ever proved to be whole; null if none was
 * @param newestTestRestored the same of the newest one that a test restore proved
 * @param damaged how many were found not to be whole by the last verification of that level
 * @param since when the repository was made
 * @param failures operations on record that failed; records go with retention
 */
public record BackupFigures(
        Map<BackupType, Newest> newest,
        Map<BackupStatus, Integer> counts,
        @Nullable Instant newestVerified,
        @Nullable Instant newestTestRestored,
        int damaged,
        Instant since,
        Map<Failure, Integer> failures) {
    public BackupFigures {
        newest = Map.copyOf(newest);
        counts = Map.copyOf(counts);
        failures = Map.copyOf(failures);
    }

    /**
     * A completed backup.
     *
     * @param createdAt the moment of its snapshot
     * @param duration from then until its manifest was written
     * @param size stored bytes of all that is needed to restore it
     * @param addedBytes stored bytes that it alone added
     */
    public record Newest(Instant createdAt, Duration duration, long size, long addedBytes) {}

    /**
     * How operations failed.
     *
     * @param kind what they did
     * @param error see {@link OperationStatus#error()}
     */
    public record Failure(OperationStatus.Kind kind, String error) {}

    static BackupFigures of(Repository repository) throws IOException {
        List<Backup> newestFirst =
                repository.catalog().all(EnumSet.of(BackupStatus.COMPLETED, BackupStatus.INCOMPLETE)).stream()
                        .filter(backup -> backup.signed() || !repository.signs())
                        .toList();
        Map<BackupType, Newest> newest = new EnumMap<>(BackupType.class);
        Map<BackupStatus, Integer> counts = new EnumMap<>(BackupStatus.class);
        Facts.Standing standing = repository.facts().standing();
        Instant verified = null;
        Instant testRestored = null;
        for (Backup backup : newestFirst) {
            counts.merge(backup.status(), 1, Integer::sum);
            if (backup.replacedBy() != null) {
                continue;
            }
            if (backup.status() == BackupStatus.COMPLETED && !newest.containsKey(backup.type())) {
                newest.put(backup.type(), newest(repository, backup));
            }
            Facts.Proof proof = standing.proofs().get(backup.id());
            if (verified == null && proof != null) {
                verified = backup.createdAt();
            }
            if (testRestored == null && proof != null && proof.level() == VerifyLevel.TEST_RESTORE) {
                testRestored = backup.createdAt();
            }
        }
        return new BackupFigures(
                newest,
                counts,
                verified,
                testRestored,
                standing.damaged().size(),
                repository.madeAt(),
                failures(repository));
    }

    private static Newest newest(Repository repository, Backup backup) throws IOException {
        Manifest manifest = repository
                .catalog()
                .manifest(backup.id())
                .map(ManifestReading::manifestOrNull)
                .orElse(null);
        // It may have been deleted since it was listed.
        Duration duration =
                manifest == null ? Duration.ZERO : Duration.between(manifest.createdAt(), manifest.finishedAt());
        return new Newest(backup.createdAt(), duration, backup.size(), backup.addedBytes());
    }

    private static Map<Failure, Integer> failures(Repository repository) throws IOException {
        Map<Failure, Integer> failures = new HashMap<>();
        for (OperationRecord record : repository.operations().list()) {
            OperationStatus operation = record.status();
            if (operation.status() == OperationStatus.Status.FAILED && operation.error() != null) {
                failures.merge(new Failure(operation.kind(), operation.error()), 1, Integer::sum);
            }
        }
        return failures;
    }
}
