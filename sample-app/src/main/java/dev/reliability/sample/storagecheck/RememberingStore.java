package dev.reliability.sample.storagecheck;

import dev.reliability.core.storage.ForwardingObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectKeys;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** Remembers every key that somebody tried to write. Safe for use by any thread. */
final class RememberingStore extends ForwardingObjectStore implements AutoCloseable {
    private final Set<String> written;
    private final Runnable closing;

    /** @param written safe for use by any thread */
    RememberingStore(ObjectStore store, Set<String> written, Runnable closing) {
        super(store);
        this.written = written;
        this.closing = closing;
    }

    private void remember(String key) {
        if (ObjectKeys.isValid(key)) {
            written.add(key);
        }
    }

    @Override
    public ObjectInfo put(String key, ObjectAttributes attributes, ObjectBody body) throws IOException {
        remember(key);
        return super.put(key, attributes, body);
    }

    @Override
    public Optional<ObjectInfo> putIfAbsent(String key, ObjectAttributes attributes, ObjectBody body)
            throws IOException {
        remember(key);
        return super.putIfAbsent(key, attributes, body);
    }

    @Override
    public void close() {
        closing.run();
    }
}
