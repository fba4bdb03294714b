package dev.reliability.backup.repository;

import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import org.jspecify.annotations.Nullable;

/**
 * What the repository knows of an operation.
 *
 * @param status what everybody may see
 * @param type of the backup that it makes or uses; null if it has none yet
 * @param epoch of the lease that it holds or held; 0 while it waits for one
 * @param pid its process on its host
 */
public record OperationRecord(
        OperationStatus status, @Nullable BackupType type, long epoch, long pid) {}
