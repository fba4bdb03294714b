package dev.reliability.core.storage;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A store could not do what it was asked. The message names the store, the key and the cause, and no secret. */
public class ObjectStoreException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    /**
     * @param message what was tried, where, and what to do
     * @param retryable whether the same call may succeed later without anybody's doing
     */
    public ObjectStoreException(String message, boolean retryable, @Nullable Throwable cause) {
        super(message, cause);
        this.retryable = retryable;
    }

    /** Whether the same call may succeed later without anybody's doing: a store out of reach, not a refused password. */
    public boolean retryable() {
        return retryable;
    }
}
