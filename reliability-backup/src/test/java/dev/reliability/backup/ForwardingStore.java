package dev.reliability.backup;

import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.stream.Stream;

/** A store that does what another one does, for tests to change one thing. */
public class ForwardingStore implements ObjectStore {
    private final ObjectStore real;

    protected ForwardingStore(ObjectStore real) {
        this.real = real;
    }

    @Override
    public ObjectInfo put(String key, ObjectAttributes attributes, ObjectBody body) throws IOException {
        return real.put(key, attributes, body);
    }

    @Override
    public Optional<ObjectInfo> putIfAbsent(String key, ObjectAttributes attributes, ObjectBody body)
            throws IOException {
        return real.putIfAbsent(key, attributes, body);
    }

    @Override
    public InputStream get(String key) throws IOException {
        return real.get(key);
    }

    @Override
    public InputStream get(String key, long offset, long length) throws IOException {
        return real.get(key, offset, length);
    }

    @Override
    public Optional<ObjectInfo> head(String key) throws IOException {
        return real.head(key);
    }

    @Override
    public Stream<ObjectInfo> list(String prefix) throws IOException {
        return real.list(prefix);
    }

    @Override
    public void delete(String key) throws IOException {
        real.delete(key);
    }

    @Override
    public void removeAbandoned() throws IOException {
        real.removeAbandoned();
    }

    @Override
    public String location(String key) {
        return real.location(key);
    }

    @Override
    public boolean keepsAttributes() {
        return real.keepsAttributes();
    }
}
