package dev.reliability.backup.manifest;

import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A backup's own account of itself: written last, once, never changed. A backup exists when its manifest does.
 *
 * @param id see {@link dev.reliability.core.backup.BackupId}
 * @param type what is in it
 * @param status completed or incomplete; failed where a later lease holder closed the place of a writer that was lost
 * @param createdAt the moment of its snapshot, by the repository's clock
 * @param finishedAt when the manifest was written, by the repository's clock
 * @param operation the operation that made it
 * @param requestedBy who asked for it
 * @param artifacts the files that belong to it alone
 * @param database what is known of its database; null for a storage backup and a failed one
 * @param objects what is known of its objects; null for a database backup and a failed one
 * @param addedBytes stored bytes that it alone added
 * @param message why it is incomplete or failed, or that its database had been replaced; else null
 */
public record Manifest(
        String id,
        BackupType type,
        BackupStatus status,
        Instant createdAt,
        Instant finishedAt,
        String operation,
        String requestedBy,
        List<Artifact> artifacts,
        @Nullable DatabaseFacts database,
        @Nullable ObjectsFacts objects,
        long addedBytes,
        @Nullable String message) {
    public Manifest {
        artifacts = List.copyOf(artifacts);
    }

    /** Its file of this role; empty if it names none. */
    public Optional<Artifact> artifact(String role) {
        return artifacts.stream()
                .filter(artifact -> artifact.role().equals(role))
                .findFirst();
    }

    /** The operation that had replaced its database; null for a database that was live, and where there is none. */
    public @Nullable String replacedBy() {
        return database == null ? null : database.replacedBy();
    }

    /** Stored bytes of all that is needed to restore it, shared blobs in full. */
    public long size() {
        long own = artifacts.stream().mapToLong(Artifact::bytes).sum();
        return own + (objects == null ? 0 : objects.storedBytes());
    }
}
