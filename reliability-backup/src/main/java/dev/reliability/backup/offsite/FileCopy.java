package dev.reliability.backup.offsite;

import dev.reliability.backup.stream.DamagedException;
import dev.reliability.backup.stream.ProvenInputStream;
import dev.reliability.backup.stream.Sha256;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectNotFoundException;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Copies files between stores under the same keys, and counts what was not there before. For one thread. */
final class FileCopy {
    private final ObjectStore from;
    private final ObjectStore to;
    private long count;
    private long bytes;

    FileCopy(ObjectStore from, ObjectStore to) {
        this.from = from;
        this.to = to;
    }

    /** Opens the bytes, proved while they are read. */
    @FunctionalInterface
    interface Source {
        InputStream open() throws IOException;
    }

    /**
     * Copies a file unless it is there, and compares what is there then.
     *
     * @throws DamagedException if that is something else
     */
    void copy(String key, long size, String sha256, Source source) throws IOException {
        boolean created = to.head(key).isEmpty()
                && to.putIfAbsent(key, ObjectAttributes.NONE, out -> {
                            try (InputStream in = source.open()) {
                                in.transferTo(out);
                            }
                        })
                        .isPresent();
        compare(key, size, sha256, created);
        if (created) {
            count++;
            bytes += size;
        }
    }

    /**
     * Copies a small document unless one is there, whatever it says: each site has written its own.
     *
     * @throws DamagedException if it is in neither place
     */
    void copy(String key) throws IOException {
        if (to.head(key).isPresent()) {
            return;
        }
        try (InputStream in = from.get(key)) {
            create(key, in.readAllBytes());
        } catch (ObjectNotFoundException missing) {
            throw new DamagedException(from.location(key) + " is missing", missing);
        }
    }

    /**
     * Writes a document unless it is there.
     *
     * @throws DamagedException if another one is there then
     */
    void create(String key, byte[] document) throws IOException {
        boolean created = to.putIfAbsent(
                        key, ObjectAttributes.ofContentType("application/json"), ObjectBody.of(document))
                .isPresent();
        compare(key, document.length, Sha256.hex(document, document.length), created);
        if (created) {
            count++;
            bytes += document.length;
        }
    }

    private void compare(String key, long size, String sha256, boolean created) throws IOException {
        String location = to.location(key);
        try (InputStream in = new ProvenInputStream(to.get(key), location, size, sha256)) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (ObjectNotFoundException missing) {
            throw new DamagedException(location + " was just written and is not there", missing);
        } catch (DamagedException other) {
            throw new DamagedException(
                    created
                            ? other.getMessage() + "; it was just copied there"
                            : other.getMessage() + "; nothing there is overwritten: move it away and copy again",
                    other);
        }
    }

    /** How many files were not there before. */
    long count() {
        return count;
    }

    /** Their bytes. */
    long bytes() {
        return bytes;
    }
}
