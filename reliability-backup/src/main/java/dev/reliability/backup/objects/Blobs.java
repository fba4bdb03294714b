package dev.reliability.backup.objects;

import dev.reliability.backup.encryption.Keyset;
import dev.reliability.backup.manifest.Artifact;
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
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

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

    private Blobs(ObjectStore repository, BlobWriting writing, KnownBlobs known) {
        this.repository = repository;
        this.keyset = writing.keyset();
        this.epoch = writing.epoch();
        this.trashed = writing.trashed();
        this.known = known;
    }

    /** Ready to store contents; the caller closes it. */
    static Blobs open(ObjectStore repository, BlobWriting writing) throws IOException {
        Artifact earlier = writing.keyset().encrypts() ? writing.earlier() : null;
        return new Blobs(repository, writing, KnownBlobs.of(repository, earlier));
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
        String first = Layout.blob(keyset.id(), keyset.nameOf(sha256));
        String second = Layout.second(first, epoch);
        BlobRef vouched = keyset.encrypts() ? known.find(first).orElse(null) : null;
        if (vouched != null && has(vouched)) {
            return new Stored(vouched, sha256, size, 0);
        }
        for (String key : List.of(first, second)) {
            if (trashed.test(key)) {
                continue;
            }
            BlobRef asItIs = new BlobRef(key, size, sha256);
            Optional<ObjectInfo> there = repository.head(key);
            if (there.isEmpty()) {
                BlobRef written = write(asItIs, content);
                if (written != null) {
                    if (keyset.encrypts()) {
                        known.add(written);
                    }
                    return new Stored(written, sha256, size, written.storedBytes());
                }
                there = repository.head(key);
            }
            if (!keyset.encrypts() && hasLength(there, size)) {
                return new Stored(asItIs, sha256, size, 0);
            }
            // Somebody cut or replaced it, or nobody vouches for it. It stays; this content goes beside it.
        }
        throw new IOException("two files are in the way at " + repository.location(first)
                + ", and neither can be used for a content of " + size + " bytes; move them away");
    }

    private static boolean hasLength(Optional<ObjectInfo> file, long length) {
        return file.isPresent() && file.get().size() == length;
    }

    /** Writes a blob whose place is free; null if somebody was faster, or the store had done it and lost its answer. */
    private @Nullable BlobRef write(BlobRef asItIs, ObjectBody content) throws IOException {
        BlobRef[] written = {asItIs};
        ObjectBody body = !keyset.encrypts() ? content : out -> written[0] = encrypt(asItIs.key(), content, out);
        Optional<ObjectInfo> stored = repository.putIfAbsent(asItIs.key(), ObjectAttributes.NONE, body);
        if (stored.isEmpty()) {
            return null;
        }
        if (!hasLength(stored, written[0].storedBytes())) {
            throw new IOException(repository.location(asItIs.key()) + " has "
                    + stored.get().size() + " bytes, " + written[0].storedBytes() + " were written");
        }
        return written[0];
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
