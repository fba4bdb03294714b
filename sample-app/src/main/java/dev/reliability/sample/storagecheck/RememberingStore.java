package dev.reliability.sample.storagecheck;

import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectKeys;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** Remembers every key that somebody tried to write. Safe for use by any thread. */
final class RememberingStore implements ObjectStore, AutoCloseable {
    private final ObjectStore store;
    private final Set<String> written;
    private final Runnable closing;

    /** @param written safe for use by any thread */
    RememberingStore(ObjectStore store, Set<String> written, Runnable closing) {
        this.store = store;
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
        return store.put(key, attributes, body);
    }

    @Override
    public Optional<ObjectInfo> putIfAbsent(String key, ObjectAttributes attributes, ObjectBody body)
            throws IOException {
        remember(key);
        return store.putIfAbsent(key, attributes, body);
    }

    @Override
    public InputStream get(String key) throws IOException {
        return store.get(key);
    }

    @Override
    public InputStream get(String key, long offset, long length) throws IOException {
        return store.get(key, offset, length);
    }

    @Override
    public Optional<ObjectInfo> head(String key) throws IOException {
        return store.head(key);
    }

    @Override
    public Stream<ObjectInfo> list(String prefix) throws IOException {
        return store.list(prefix);
    }

    @Override
    public void delete(String key) throws IOException {
        store.delete(key);
    }

    @Override
    public void removeAbandoned() throws IOException {
        store.removeAbandoned();
    }

    @Override
    public OptionalLong freeBytes() throws IOException {
        return store.freeBytes();
    }

    @Override
    public String location(String key) {
        return store.location(key);
    }

    @Override
    public boolean keepsAttributes() {
        return store.keepsAttributes();
    }

    @Override
    public void close() {
        closing.run();
    }
}
