package dev.reliability.core.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Does what another store does: for whoever watches or changes some of it and overrides just that. No method calls
 * another one of this store. As safe for use by any thread as the other store.
 */
public abstract class ForwardingObjectStore implements ObjectStore {
    private final ObjectStore store;

    /** @param store what everything is passed on to */
    protected ForwardingObjectStore(ObjectStore store) {
        this.store = Objects.requireNonNull(store, "store");
    }

    @Override
    public ObjectInfo put(String key, ObjectAttributes attributes, ObjectBody body) throws IOException {
        return store.put(key, attributes, body);
    }

    @Override
    public Optional<ObjectInfo> putIfAbsent(String key, ObjectAttributes attributes, ObjectBody body)
            throws IOException {
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
}
