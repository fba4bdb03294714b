package dev.reliability.backup.objects;

import dev.reliability.backup.encryption.Keyset;
import dev.reliability.backup.repository.BlobRef;
import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.backup.stream.MeasuredOutputStream;
import dev.reliability.backup.stream.ProvenInputStream;
import dev.reliability.backup.stream.Sha256;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectNotFoundException;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.storage.ObjectStoreException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Stores one file for each distinct content of a keyset, shared by all its backups. A blob that an earlier sweep has listed
 * for deletion is not used again, since a late delete could still hit it: the content gets a second name. Nor is an
 * encrypted one that no backup vouches for, as nobody here can look whether it is what its name says.
 */
final class Blobs implements Closeable {
    /** Contents up to this size are read once, into memory; larger ones are read once to hash and once to store. */
    private static final int SMALL = 1024 * 1024;

    private static final int READS = 3;

    private final ObjectStore repository;
    private final Keyset keyset;
    private final long epoch;
    private final Predicate<String> trashed;
    private final KnownBlobs known;
    private final SecureRandom random = new SecureRandom();

    private Blobs(ObjectStore repository, BlobWriting writing, KnownBlobs known) {
        this.repository = repository;
        this.keyset = writing.keyset();
        this.epoch = writing.epoch();
        this.trashed = writing.trashed();
        this.known = known;
    }

    /** Ready to store contents; the caller closes it. */
    static Blobs open(ObjectStore repository, BlobWriting writing) throws IOException {
        return new Blobs(repository, writing, KnownBlobs.of(repository, writing.earlier()));
    }

    /**
     * What was stored.
     *
     * @param blob where, and its bytes as stored
     * @param sha256 of the content
     * @param size of the content
     * @param added how many bytes the repository did not have before
     */
    record Stored(BlobRef blob, String sha256, long size, long added) {}

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
            ObjectBody content = size == head.length
                    ? ObjectBody.of(head)
                    : out -> {
                        try (InputStream in = new ProvenInputStream(source.open(), name, size, sha256)) {
                            in.transferTo(out);
                        }
                    };
            Stored stored;
            try {
                stored = storeAs(sha256, size, content);
            } catch (DamagedException changedMeanwhile) {
                if (read == READS) {
                    throw new IOException(
                            name + " was different each time it was read, " + READS + " times: is it"
                                    + " being written in place?",
                            changedMeanwhile);
                }
                continue;
            }
            if (stored.added() > 0) {
                requireThere(stored.blob());
            }
            return stored;
        }
    }

    /** What the repository said of a write is not what it has. */
    private void requireThere(BlobRef written) throws IOException {
        Optional<ObjectInfo> there = repository.head(written.key());
        if (!hasLength(there, written.storedBytes())) {
            throw new DamagedException(repository.location(written.key()) + " was just written with "
                    + written.storedBytes() + " bytes and "
                    + there.map(info -> "has " + info.size()).orElse("is not there")
                    + ": the store does not keep what it is given");
        }
    }

    /** Whether the repository has this blob, for use once more. */
    boolean has(BlobRef blob) throws IOException {
        return !trashed.test(blob.key()) && hasLength(repository.head(blob.key()), blob.storedBytes());
    }

    private Stored storeAs(String sha256, long size, ObjectBody content) throws IOException {
        String name = Layout.blob(keyset.id(), keyset.nameOf(sha256));
        return keyset.encrypts()
                ? storeEncrypted(name, sha256, size, content)
                : storePlain(name, sha256, size, content);
    }

    /**
     * The same content is other bytes each time it is encrypted. So each time it has a name of its own: where a name was
     * once copied to, or exported, it must never stand for other bytes.
     */
    private Stored storeEncrypted(String name, String sha256, long size, ObjectBody content) throws IOException {
        BlobRef vouched = known.find(name).orElse(null);
        if (vouched != null && has(vouched)) {
            return new Stored(vouched, sha256, size, 0);
        }
        String key = Layout.numbered(name, 1 + (random.nextLong() & Long.MAX_VALUE) % Layout.LARGEST_NUMBER);
        BlobRef[] written = new BlobRef[1];
        Optional<ObjectInfo> stored =
                repository.putIfAbsent(key, ObjectAttributes.NONE, out -> written[0] = encrypt(key, content, out));
        if (stored.isEmpty()) {
            throw new ObjectStoreException(
                    repository.location(key) + " was just made, and is said to have been there before", true, null);
        }
        requireLength(stored.get(), written[0]);
        known.add(written[0]);
        return new Stored(written[0], sha256, size, written[0].storedBytes());
    }

    private Stored storePlain(String name, String sha256, long size, ObjectBody content) throws IOException {
        for (String key : List.of(name, Layout.numbered(name, epoch))) {
            if (trashed.test(key)) {
                continue;
            }
            BlobRef blob = new BlobRef(key, size, sha256);
            Optional<ObjectInfo> there = repository.head(key);
            if (there.isEmpty()) {
                Optional<ObjectInfo> stored = repository.putIfAbsent(key, ObjectAttributes.NONE, content);
                if (stored.isPresent()) {
                    requireLength(stored.get(), blob);
                    return new Stored(blob, sha256, size, size);
                }
                // Somebody was faster, or the store had done it and lost its answer.
                there = repository.head(key);
            }
            if (hasLength(there, size)) {
                return new Stored(blob, sha256, size, 0);
            }
            // Somebody cut or replaced it. It stays; this content goes beside it.
        }
        throw new IOException("two files are in the way at " + repository.location(name)
                + ", and neither can be used for a content of " + size + " bytes; move them away");
    }

    private void requireLength(ObjectInfo stored, BlobRef written) throws IOException {
        if (stored.size() != written.storedBytes()) {
            throw new IOException(repository.location(written.key()) + " has " + stored.size() + " bytes, "
                    + written.storedBytes() + " were written");
        }
    }

    private static boolean hasLength(Optional<ObjectInfo> file, long length) {
        return file.isPresent() && file.get().size() == length;
    }

    private BlobRef encrypt(String key, ObjectBody content, OutputStream out) throws IOException {
        MeasuredOutputStream stored = new MeasuredOutputStream(out);
        try (OutputStream plain = keyset.storing(stored)) {
            content.writeTo(plain);
        }
        return new BlobRef(key, stored.count(), stored.sha256());
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

    @Override
    public void close() throws IOException {
        known.close();
    }
}
