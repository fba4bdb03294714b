package dev.reliability.core.backup;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a backup service did not do what it was asked. The message says what was tried, what was found and what to do;
 * it has no secrets and may be shown to whoever may ask.
 */
public abstract sealed class BackupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private BackupException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** There is no such backup. */
    public static final class NotFound extends BackupException {
        private static final long serialVersionUID = 1L;

        public NotFound(String message) {
            super(message, null);
        }
    }

    /** Another operation is running. */
    public static final class Busy extends BackupException {
        private static final long serialVersionUID = 1L;

        private final @Nullable String operation;

        /** @param operation the id of the one that runs; null if it is not known */
        public Busy(String message, @Nullable String operation) {
            super(message, null);
            this.operation = operation;
        }

        /** The id of the operation that runs; null if it is not known. */
        public @Nullable String operation() {
            return operation;
        }
    }

    /** What is stored is not what was written. */
    public static final class Damaged extends BackupException {
        private static final long serialVersionUID = 1L;

        public Damaged(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** Something that is needed can not be used now: database, programs, repository. */
    public static final class Unavailable extends BackupException {
        private static final long serialVersionUID = 1L;

        private final Duration retryAfter;

        /** @param retryAfter when it makes sense to try again */
        public Unavailable(String message, Duration retryAfter, @Nullable Throwable cause) {
            super(message, cause);
            this.retryAfter = retryAfter;
        }

        /** When it makes sense to try again. */
        public Duration retryAfter() {
            return retryAfter;
        }
    }

    /** There is not enough room. */
    public static final class NoSpace extends BackupException {
        private static final long serialVersionUID = 1L;

        public NoSpace(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** It could be done and should not be, unless the reasons are accepted or mended. */
    public static final class Refused extends BackupException {
        private static final long serialVersionUID = 1L;

        private final List<String> reasons;

        /** @param reasons each one a sentence that names the fact and what to do */
        public Refused(String message, List<String> reasons) {
            super(message, null);
            this.reasons = List.copyOf(reasons);
        }

        /** Each one a sentence that names the fact and what to do. */
        public List<String> reasons() {
            return reasons;
        }
    }
}
