package dev.reliability.core.storage;

import org.jspecify.annotations.Nullable;

/** The store is full, or its quota is used up; nothing was written. */
public final class NoSpaceException extends ObjectStoreException {
    private static final long serialVersionUID = 1L;

    public NoSpaceException(String message, @Nullable Throwable cause) {
        super(message, false, cause);
    }
}
