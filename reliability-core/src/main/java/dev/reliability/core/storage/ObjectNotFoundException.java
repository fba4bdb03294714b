package dev.reliability.core.storage;

import org.jspecify.annotations.Nullable;

/** There is no object under this key. */
public final class ObjectNotFoundException extends ObjectStoreException {
    private static final long serialVersionUID = 1L;

    private final String key;

    public ObjectNotFoundException(String key, String location, @Nullable Throwable cause) {
        super("no object at " + location, false, cause);
        this.key = key;
    }

    /** The key that was asked for. */
    public String key() {
        return key;
    }
}
