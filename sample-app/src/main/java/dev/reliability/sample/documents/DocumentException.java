package dev.reliability.sample.documents;

import java.io.Serial;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Why the library did not do what it was asked. The message is for whoever asked. */
final class DocumentException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** What went wrong, and the HTTP status and code that it is. */
    enum Kind {
        NOT_FOUND(404, "not_found"),
        CONTENT_MISSING(404, "content_missing"),
        UNREADABLE(400, "bad_request"),
        TOO_LARGE(413, "content_too_large"),
        BUSY(429, "too_many_requests"),
        NO_SPACE(507, "no_space"),
        UNAVAILABLE(503, "unavailable");

        final int status;
        final String code;

        Kind(int status, String code) {
            this.status = status;
            this.code = code;
        }
    }

    private final Kind kind;
    private final @Nullable Duration retryAfter;

    DocumentException(Kind kind, String message) {
        this(kind, message, null, null);
    }

    DocumentException(Kind kind, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    Kind kind() {
        return kind;
    }

    /** When it makes sense to try again; null if that is not known. */
    @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
