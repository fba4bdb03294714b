package dev.reliability.backup.repository;

import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectKeys;
import dev.reliability.core.storage.ObjectNotFoundException;
import dev.reliability.core.storage.ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A store in memory whose clock is the test's, so that a test can let days pass and look at everything. */
public final class MemoryStore implements ObjectStore {
    private final ConcurrentSkipListMap<String, Entry> objects = new ConcurrentSkipListMap<>();
    private final Supplier<Instant> clock;
    int abandonedRemoved;

    private record Entry(byte[] bytes, Instant lastModified) {}

    /** @param clock what the store says the time is */
    public MemoryStore(Supplier<Instant> clock) {
        this.clock = clock;
    }

    /** Puts a text there, as somebody else than the code under test. */
    public void put(String key, String text) {
        objects.put(key, new Entry(text.getBytes(StandardCharsets.UTF_8), clock.get()));
    }

    /** What is there. */
    public String text(String key) {
        return new String(objects.get(key).bytes(), StandardCharsets.UTF_8);
    }

    /** Whether something is there. */
    public boolean has(String key) {
        return objects.containsKey(key);
    }

    /** All keys under a prefix, in order. */
    public List<String> keys(String prefix) {
        return objects.keySet().stream().filter(key -> key.startsWith(prefix)).toList();
    }

    @Override
    public ObjectInfo put(String key, ObjectAttributes attributes, ObjectBody body) throws IOException {
        Entry entry = write(key, body);
        objects.put(key, entry);
        return info(key, entry);
    }

    @Override
    public Optional<ObjectInfo> putIfAbsent(String key, ObjectAttributes attributes, ObjectBody body)
            throws IOException {
        Entry entry = write(key, body);
        return objects.putIfAbsent(key, entry) == null ? Optional.of(info(key, entry)) : Optional.empty();
    }

    @Override
    public InputStream get(String key) throws IOException {
        return get(key, 0, Integer.MAX_VALUE);
    }

    @Override
    public InputStream get(String key, long offset, long length) throws IOException {
        Entry entry = objects.get(ObjectKeys.require(key));
        if (entry == null) {
            throw new ObjectNotFoundException(key, location(key), null);
        }
        int from = (int) Math.min(offset, entry.bytes().length);
        int to = (int) Math.min(offset + length, entry.bytes().length);
        return new ByteArrayInputStream(Arrays.copyOfRange(entry.bytes(), from, to));
    }

    @Override
    public Optional<ObjectInfo> head(String key) {
        return Optional.ofNullable(objects.get(ObjectKeys.require(key))).map(entry -> info(key, entry));
    }

    @Override
    public Stream<ObjectInfo> list(String prefix) {
        return objects.tailMap(prefix).entrySet().stream()
                .takeWhile(entry -> entry.getKey().startsWith(prefix))
                .map(entry -> info(entry.getKey(), entry.getValue()));
    }

    @Override
    public void delete(String key) {
        objects.remove(ObjectKeys.require(key));
    }

    @Override
    public void removeAbandoned() {
        abandonedRemoved++;
    }

    @Override
    public String location(String key) {
        return "memory:" + key;
    }

    @Override
    public boolean keepsAttributes() {
        return false;
    }

    private Entry write(String key, ObjectBody body) throws IOException {
        ObjectKeys.require(key);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        body.writeTo(bytes);
        return new Entry(bytes.toByteArray(), clock.get());
    }

    private static ObjectInfo info(String key, Entry entry) {
        return new ObjectInfo(key, entry.bytes().length, entry.lastModified(), ObjectAttributes.NONE);
    }
}
