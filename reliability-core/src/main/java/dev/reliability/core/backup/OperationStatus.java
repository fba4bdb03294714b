package dev.reliability.core.backup;

import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An operation at one moment, as every process that shares the repository sees it.
 *
 * @param id the operation's own id
 * @param kind what it does
 * @param backupId the backup that it makes or uses; null until a new backup has its id
 * @param status whether it runs, and how it ended
 * @param phase what it does now: {@code waiting}, {@code dumping}, {@code copying_objects}, {@code loading}, {@code
 *     verifying}, …; {@code done} when it has reached its goal; where it was when it failed or was cancelled
 * @param bytes how much is done
 * @param totalBytes of how much, as far as known; 0 if not
 * @param message one sentence on how it ended or what it waits for
 * @param startedAt by the wall clock of {@code host}
 * @param finishedAt null while it runs
 * @param error {@code damaged}, {@code no_space}, {@code unavailable}, {@code refused}, {@code lease_lost} or {@code
 *     internal}; null unless it failed
 * @param host where it runs
 * @param requestedBy the caller's subject
 */
public record OperationStatus(
        String id,
        Kind kind,
        @Nullable String backupId,
        Status status,
        String phase,
        long bytes,
        long totalBytes,
        String message,
        Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable String error,
        String host,
        String requestedBy) {
    public OperationStatus {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(phase, "phase");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(startedAt, "startedAt");
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(requestedBy, "requestedBy");
    }

    /** How much is done, 0 to 100; 100 only when it is completed. */
    public int percent() {
        if (status == Status.COMPLETED) {
            return 100;
        }
        return totalBytes <= 0 ? 0 : (int) Math.min(99, bytes * 100 / totalBytes);
    }

    /** What an operation does. */
    public enum Kind {
        CREATE,
        RESTORE,
        CLEANUP,
        IMPORT,
        VERIFY,
        /** A backup is copied into another store. */
        COPY,
        /** What a restore, or another undo, has replaced is put back. */
        UNDO;

        /** Whether it replaces what is live, as restores do: for whoever may begin it, and what is owed if it dies. */
        public boolean replacesLive() {
            return this == RESTORE || this == UNDO;
        }

        /** The name in JSON, in lower case. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether an operation runs, and how it ended. */
    public enum Status {
        RUNNING,
        COMPLETED,
        /** A backup was made, and objects that its rows name are missing in it. */
        INCOMPLETE,
        FAILED,
        CANCELLED;

        /** The name in JSON, in lower case. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether nothing will change any more. */
        public boolean ended() {
            return this != RUNNING;
        }
    }
}
