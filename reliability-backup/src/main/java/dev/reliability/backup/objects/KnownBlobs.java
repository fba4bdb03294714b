package dev.reliability.backup.objects;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.repository.BlobRef;
import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.repository.Refs;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.backup.stream.Sha256;
import dev.reliability.core.storage.ObjectStore;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stored length and hash of blobs that an earlier backup used, or this one has written. Encrypted bytes are different
 * each time they are written, so that the hash of a blob which is there already can not be made anew from its content: it
 * is looked up here.
 *
 * <h2>Structure</h2>
 *
 * A hash table with open addressing and linear probing in a temporary file: {@value #SLOT} bytes a slot, at most half of
 * them used; one that is full is copied into another of twice its size. A blob is found by the SHA-256 of its first name; a
 * slot of zeros is empty. Memory does not grow; a look-up is about one read of the page cache.
 *
 * <p>For one thread. {@link #close()} removes the file.
 */
final class KnownBlobs implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(KnownBlobs.class);
    private static final int HASH = 32;
    private static final int SLOT = HASH + Long.BYTES + HASH + Long.BYTES;
    private static final long LEAST_SLOTS = 1024;
    private static final byte[] NONE = new byte[HASH];

    private FileChannel file;
    private long slots;
    private final ByteBuffer slot = ByteBuffer.allocate(SLOT);
    private long size;

    /** The blobs of the first of these lists that is whole; of nothing, if none is. */
    static KnownBlobs of(ObjectStore repository, List<Artifact> lists) throws IOException {
        for (Artifact refs : lists) {
            KnownBlobs known = new KnownBlobs();
            try {
                Refs.read(repository, refs, known::add);
                return known;
            } catch (DamagedException unusable) {
                known.close();
                log.warn("not used to find what is stored already: {}", unusable.getMessage());
            } catch (IOException | RuntimeException e) {
                known.close();
                throw e;
            }
        }
        return new KnownBlobs();
    }

    KnownBlobs() throws IOException {
        slots = LEAST_SLOTS;
        file = newFile();
    }

    private static FileChannel newFile() throws IOException {
        Path path = Files.createTempFile("reliability-blobs", ".tmp");
        return FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }

    /** Of two with the same first name the later one is known. */
    void add(BlobRef blob) throws IOException {
        byte[] name = nameOf(Layout.first(blob.key()));
        long at = seek(name);
        if (isEmpty() && ++size > slots / 2) {
            grow();
            at = seek(name);
        }
        slot.clear()
                .put(name)
                .putLong(blob.storedBytes())
                .put(HexFormat.of().parseHex(blob.storedSha256()))
                .putLong(Layout.numberOf(blob.key()));
        write(at);
    }

    private void grow() throws IOException {
        long before = slots;
        try (FileChannel old = file) {
            file = newFile();
            slots = Math.multiplyExact(before, 2L);
            for (long at = 0; at < before; at++) {
                read(old, at);
                if (!isEmpty()) {
                    byte[] used = slot.array().clone();
                    long place = seek(Arrays.copyOf(used, HASH));
                    slot.clear().put(used);
                    write(place);
                }
            }
        }
    }

    private void write(long at) throws IOException {
        slot.flip();
        for (long position = at * SLOT; slot.hasRemaining(); ) {
            position += file.write(slot, position);
        }
    }

    /** What was added of the blob with this first name. */
    Optional<BlobRef> find(String first) throws IOException {
        seek(nameOf(first));
        if (isEmpty()) {
            return Optional.empty();
        }
        long storedBytes = slot.getLong(HASH);
        String sha256 = HexFormat.of().formatHex(slot.array(), HASH + Long.BYTES, SLOT - Long.BYTES);
        long number = slot.getLong(SLOT - Long.BYTES);
        return Optional.of(new BlobRef(number == 0 ? first : Layout.numbered(first, number), storedBytes, sha256));
    }

    /** Reads the slot of this name, or the first empty one where it would stand; its number. */
    private long seek(byte[] name) throws IOException {
        long at = Math.floorMod(ByteBuffer.wrap(name).getLong(), slots);
        while (true) {
            read(file, at);
            if (isEmpty() || Arrays.equals(slot.array(), 0, HASH, name, 0, HASH)) {
                return at;
            }
            at = (at + 1) % slots;
        }
    }

    /** What lies beyond the end of the file was never written. */
    private void read(FileChannel from, long at) throws IOException {
        Arrays.fill(slot.array(), (byte) 0);
        slot.clear();
        for (long position = at * SLOT; slot.hasRemaining(); ) {
            int read = from.read(slot, position);
            if (read < 0) {
                return;
            }
            position += read;
        }
    }

    private boolean isEmpty() {
        return Arrays.equals(slot.array(), 0, HASH, NONE, 0, HASH);
    }

    private static byte[] nameOf(String key) {
        return Sha256.digest().digest(key.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
