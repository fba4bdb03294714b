package dev.reliability.core.backup;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One backup, as the repository knows it.
 *
 * @param id see {@link BackupId}
 * @param type what is in it
 * @param path where it lies: its dump, else its folder; {@code s3://…} in S3
 * @param size stored bytes of all that is needed to restore it, shared ones in full
 * @param addedBytes stored bytes that it alone added
 * @param createdAt the moment of its snapshot
 * @param status what became of it
 * @param signed whether its manifest has a signature that this service trusts
 * @param verifiedAt when a verification of {@code verifiedLevel} last found it whole; null if none ever did
 * @param verifiedLevel the highest level that it was ever found whole by; null if by none
 * @param message one sentence on an incomplete, failed or cancelled one, and on one with {@code replacedBy}; null otherwise
 * @param replacedBy the operation that had replaced the database that is in it: so old that it counts neither as the
 *     newest backup nor for what retention keeps at least; null if it is of what was live
 */
public record Backup(
        String id,
        BackupType type,
        String path,
        long size,
        long addedBytes,
        Instant createdAt,
        BackupStatus status,
        boolean signed,
        @Nullable Instant verifiedAt,
        @Nullable VerifyLevel verifiedLevel,
        @Nullable String message,
        @Nullable String replacedBy) {
    public Backup {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(createdAt, "createdAt");
        Objects.requireNonNull(status, "status");
    }
}
