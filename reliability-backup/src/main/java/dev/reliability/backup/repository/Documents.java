package dev.reliability.backup.repository;

import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectNotFoundException;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.storage.ObjectStoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The small objects of a repository, read and written whole. */
final class Documents {
    /** No document but a manifest is longer, in bytes. */
    static final int MAX_BYTES = 8 << 20;

    private static final int ATTEMPTS = 3;

    private static final ObjectAttributes JSON = ObjectAttributes.ofContentType("application/json");

    private final ObjectStore store;

    Documents(ObjectStore store) {
        this.store = store;
    }

    ObjectStore store() {
        return store;
    }

    Optional<byte[]> read(String key) throws IOException {
        return read(key, MAX_BYTES);
    }

    Optional<byte[]> read(String key, int maxBytes) throws IOException {
        try (InputStream in = store.get(key)) {
            byte[] bytes = in.readNBytes(maxBytes);
            if (bytes.length == maxBytes && in.read() >= 0) {
                throw new ObjectStoreException(
                        store.location(key) + " is longer than " + maxBytes + " bytes: not a file of ours",
                        false,
                        null);
            }
            return Optional.of(bytes);
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }

    void write(String key, byte[] document) throws IOException {
        store.put(key, JSON, ObjectBody.of(document));
    }

    /**
     * Creates a document that no other writer would write alike.
     *
     * @return whether it is there now because of this call: also if the store did it, lost its answer and was asked
     *     again
     * @throws IOException if even that is unknown: it may be there, or may appear yet
     */
    boolean create(String key, byte[] document) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return store.putIfAbsent(key, JSON, ObjectBody.of(document)).isPresent() || isThere(key, document);
            } catch (ObjectStoreException e) {
                if (!e.retryable() || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Whether exactly this document lies there. */
    boolean isThere(String key, byte[] document) throws IOException {
        try (InputStream in = store.get(key, 0, document.length + 1L)) {
            return Arrays.equals(in.readAllBytes(), document);
        } catch (ObjectNotFoundException deletedMeanwhile) {
            return false;
        }
    }

    /** What is under a prefix, where it is known not to be much. */
    List<ObjectInfo> list(String prefix) throws IOException {
        try (Stream<ObjectInfo> objects = store.list(prefix)) {
            return objects.toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    Instant now() throws IOException {
        return store.put(Layout.CLOCK, ObjectAttributes.NONE, ObjectBody.of(new byte[0]))
                .lastModified();
    }
}
