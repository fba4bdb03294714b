package dev.reliability.sample.wiring;

import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder that is opened by the first call that succeeds, so that the backend starts while its volume is not there.
 * Safe for use by any thread.
 */
final class FolderStore implements ObjectStore {
    private final Path folder;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable LocalObjectStore opened;

    FolderStore(Path folder) {
        this.folder = folder;
    }

    private LocalObjectStore store() throws IOException {
        LocalObjectStore store = opened;
        if (store != null) {
            return store;
        }
        opening.lock();
        try {
            store = opened;
            if (store == null) {
                store = LocalObjectStore.open(folder);
                opened = store;
            }
            return store;
        } finally {
            opening.unlock();
        }
    }

    @Override
    public ObjectInfo put(String key, ObjectAttributes attributes, ObjectBody body) throws IOException {
        return store().put(key, attributes, body);
    }

    @Override
    public Optional<ObjectInfo> putIfAbsent(String key, ObjectAttributes attributes, ObjectBody body)
            throws IOException {
        return store().putIfAbsent(key, attributes, body);
    }

    @Override
    public InputStream get(String key) throws IOException {
        return store().get(key);
    }

    @Override
    public InputStream get(String key, long offset, long length) throws IOException {
        return store().get(key, offset, length);
    }

    @Override
    public Optional<ObjectInfo> head(String key) throws IOException {
        return store().head(key);
    }

    @Override
    public Stream<ObjectInfo> list(String prefix) throws IOException {
        return store().list(prefix);
    }

    @Override
    public void delete(String key) throws IOException {
        store().delete(key);
    }

    @Override
    public void removeAbandoned() throws IOException {
        store().removeAbandoned();
    }

    @Override
    public OptionalLong freeBytes() throws IOException {
        return store().freeBytes();
    }

    @Override
    public String location(String key) {
        LocalObjectStore store = opened;
        return store == null ? folder.toAbsolutePath().resolve(key).toString() : store.location(key);
    }

    @Override
    public boolean keepsAttributes() {
        return false;
    }
}
