package dev.reliability.core.backup;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What became of a backup. Only the first two can be restored. */
public enum BackupStatus {
    /** All of it is there. */
    COMPLETED,
    /** Objects that its rows name were missing; restored only when that is accepted by name. */
    INCOMPLETE,
    /** It is being made. */
    RUNNING,
    /** It ended without a backup. */
    FAILED,
    /** Somebody ended it. */
    CANCELLED;

    /** The name in JSON, in lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status of this {@link #wireName()}; empty if there is none. */
    public static Optional<BackupStatus> of(String wireName) {
        return Arrays.stream(values())
                .filter(status -> status.wireName().equals(wireName))
                .findFirst();
    }

    /** Whether there is something to restore. */
    public boolean exists() {
        return this == COMPLETED || this == INCOMPLETE;
    }
}
