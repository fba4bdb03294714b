package dev.reliability.backup.objects;

import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.backup.stream.ProvenInputStream;
import dev.reliability.backup.stream.Sha256;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectNotFoundException;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.Predicate;

/**
 * One file for each distinct content, shared by all backups of a repository and named by its SHA-256. A blob that an
 * earlier sweep has listed for deletion is not used again, since a late delete could still hit it: the content gets a
 * second name.
 */
final class Blobs {
    /** Contents up to this size are read once, into memory; larger ones are read once to hash and once to store. */
    private static final int SMALL = 1024 * 1024;

    private static final int READS = 3;

    private final ObjectStore repository;
    private final String keyset;
    private final long epoch;
    private final Predicate<String> trashed;

    /**
     * @param keyset the folder of blobs to use
     * @param epoch of the writer's lease, for second names
     * @param trashed whether a blob's key is named in a trash list
     */
    Blobs(ObjectStore repository, String keyset, long epoch, Predicate<String> trashed) {
        this.repository = repository;
        this.keyset = keyset;
        this.epoch = epoch;
        this.trashed = trashed;
    }

    /** What was stored: {@code added} is the number of bytes that the repository did not have before. */
    record Stored(String key, String sha256, long size, long added) {}

    /** Opens the content; called up to three times. */
    @FunctionalInterface
    interface Source {
        InputStream open() throws IOException;
    }

    /**
     * Stores a content if the repository does not have it.
     *
     * @param name of the content, for errors
     * @throws ObjectNotFoundException if the content is gone
     * @throws IOException if it can not be read the same twice, or the repository fails
     */
    Stored store(String name, Source source) throws IOException {
        for (int read = 1; ; read++) {
            byte[] head;
            MessageDigest digest = Sha256.digest();
            long size;
            try (InputStream in = source.open()) {
                head = in.readNBytes(SMALL);
                digest.update(head);
                size = head.length + (head.length < SMALL ? 0 : update(digest, in));
            }
            String sha256 = Sha256.hex(digest);
            ObjectBody body = size == head.length
                    ? ObjectBody.of(head)
                    : out -> {
                        try (InputStream in = new ProvenInputStream(source.open(), name, size, sha256)) {
                            in.transferTo(out);
                        }
                    };
            try {
                return storeAs(sha256, size, body);
            } catch (DamagedException changedMeanwhile) {
                if (read == READS) {
                    throw new IOException(
                            name + " was different each time it was read, " + READS + " times: is it"
                                    + " being written in place?",
                            changedMeanwhile);
                }
            }
        }
    }

    private Stored storeAs(String sha256, long size, ObjectBody body) throws IOException {
        for (String key : List.of(Layout.blob(keyset, sha256), Layout.blob(keyset, sha256, epoch))) {
            if (trashed.test(key)) {
                continue;
            }
            if (repository.head(key).isEmpty()
                    && repository.putIfAbsent(key, ObjectAttributes.NONE, body).isPresent()) {
                return new Stored(key, sha256, size, size);
            }
            if (repository.head(key).filter(info -> info.size() == size).isPresent()) {
                return new Stored(key, sha256, size, 0);
            }
            // Somebody cut or replaced it. It stays for people to see; this content goes beside it.
        }
        throw new IOException("two files are in the way at " + repository.location(Layout.blob(keyset, sha256))
                + ", neither of them " + size + " bytes long; move them away");
    }

    /** Opens the bytes of an entry; its end is reached only if they are what the index says. */
    InputStream open(ObjectEntry entry) throws IOException {
        String location = repository.location(entry.blob());
        try {
            return new ProvenInputStream(repository.get(entry.blob()), location, entry.size(), entry.sha256());
        } catch (ObjectNotFoundException missing) {
            throw new DamagedException(location + " is missing; it has the bytes of " + entry.key(), missing);
        }
    }

    private static long update(MessageDigest digest, InputStream in) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long size = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            digest.update(buffer, 0, n);
            size += n;
        }
        return size;
    }
}
