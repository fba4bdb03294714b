package dev.reliability.core.backup;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which backups to list, newest first.
 *
 * @param type only this type; null for all
 * @param statuses only these
 * @param limit at most so many, 1 to {@value #MAX_LIMIT}
 */
public record BackupQuery(@Nullable BackupType type, Set<BackupStatus> statuses, int limit) {
    /** The limit where none is given. */
    public static final int DEFAULT_LIMIT = 100;

    /** The highest limit. */
    public static final int MAX_LIMIT = 1000;

    /** @throws IllegalArgumentException if the limit is out of range */
    public BackupQuery {
        statuses = Set.copyOf(Objects.requireNonNull(statuses, "statuses"));
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit is " + limit + ", must be from 1 to " + MAX_LIMIT);
        }
    }

    /** The newest {@value #DEFAULT_LIMIT} that can be restored. */
    public static BackupQuery all() {
        return new BackupQuery(null, EnumSet.of(BackupStatus.COMPLETED, BackupStatus.INCOMPLETE), DEFAULT_LIMIT);
    }
}
