package dev.reliability.backup.stream;

import dev.reliability.backup.encryption.Identities;
import dev.reliability.backup.manifest.Artifact;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectNotFoundException;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.storage.ObjectStoreException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Writes and reads the files of a backup: encoded, and what is stored counted and hashed. */
public final class Artifacts {
    private Artifacts() {}

    /**
     * Writes an artifact in one pass.
     *
     * @param role see {@link Artifact}
     * @param encoding what is done to the bytes before they are stored
     * @param plain writes the bytes as they are; what it throws is passed on, and then nothing was stored
     * @throws IOException if the store fails, or if the key is taken, which can not be while one lease holder writes
     */
    public static Artifact write(ObjectStore store, String role, String key, Encoding encoding, ObjectBody plain)
            throws IOException {
        Written written = new Written(encoding);
        Optional<ObjectInfo> stored = store.putIfAbsent(key, ObjectAttributes.NONE, out -> written.write(out, plain));
        if (stored.isEmpty()) {
            throw new ObjectStoreException(
                    "there is already a file at " + store.location(key) + "; it is left as it is", false, null);
        }
        if (stored.get().size() != written.bytes) {
            throw new DamagedException(
                    store.location(key) + " has " + stored.get().size() + " bytes, " + written.bytes + " were written");
        }
        return new Artifact(
                role,
                key,
                written.bytes,
                written.sha256,
                written.plainBytes,
                encoding.compression(),
                encoding.keyset().id());
    }

    /**
     * Opens an artifact's bytes as they were before they were encoded. The end of the stream is reached only if the
     * stored bytes are the ones that were written; everything else is a {@link DamagedException}.
     *
     * @param identities open it if it is encrypted; null if there are none
     * @throws dev.reliability.backup.encryption.WrongIdentityException if none of them does
     */
    public static InputStream open(ObjectStore store, Artifact artifact, @Nullable Identities identities)
            throws IOException {
        InputStream stored = openStored(store, artifact);
        try {
            return new Decoded(store.location(artifact.key()), stored, artifact, identities);
        } catch (IOException | RuntimeException e) {
            stored.close();
            throw e;
        }
    }

    /**
     * Checks that an artifact is there with its length, without reading it.
     *
     * @throws DamagedException if not
     */
    public static void requirePresent(ObjectStore store, Artifact artifact) throws IOException {
        ObjectInfo info = store.head(artifact.key())
                .orElseThrow(() -> new DamagedException(store.location(artifact.key()) + " is missing"));
        if (info.size() != artifact.bytes()) {
            throw new DamagedException(store.location(artifact.key()) + " has " + info.size() + " bytes, "
                    + artifact.bytes() + " were stored");
        }
    }

    /**
     * Reads all stored bytes of an artifact and compares them with what was written down.
     *
     * @throws DamagedException if they differ
     */
    public static void prove(ObjectStore store, Artifact artifact) throws IOException {
        try (InputStream in = openStored(store, artifact)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
    }

    /**
     * Opens an artifact's bytes as they are stored. The end of the stream is reached only if they are the ones that were
     * written; everything else is a {@link DamagedException}.
     */
    public static InputStream openStored(ObjectStore store, Artifact artifact) throws IOException {
        String location = store.location(artifact.key());
        try {
            return new ProvenInputStream(store.get(artifact.key()), location, artifact.bytes(), artifact.sha256());
        } catch (ObjectNotFoundException missing) {
            throw new DamagedException(location + " is missing", missing);
        }
    }

    /** The stages of one pass, in order: compress, encrypt, measure what will be stored, store. */
    private static final class Written {
        private final Encoding encoding;
        private long bytes;
        private long plainBytes;
        private String sha256 = "";

        Written(Encoding encoding) {
            this.encoding = encoding;
        }

        void write(OutputStream out, ObjectBody plain) throws IOException {
            MeasuredOutputStream stored = new MeasuredOutputStream(out);
            try (OutputStream encrypted = encoding.keyset().storing(stored);
                    ParallelCompressor compressor = ParallelCompressor.of(encoding.compression(), encrypted)) {
                plain.writeTo(compressor);
                compressor.finish();
                plainBytes = compressor.count();
            }
            bytes = stored.count();
            sha256 = stored.sha256();
        }
    }

    /** Reads on to the end of the stored bytes, so that they are proved, and names the file when they are no such format. */
    private static final class Decoded extends InputStream {
        private final String location;
        private final InputStream stored;
        private final InputStream plain;

        Decoded(String location, InputStream stored, Artifact artifact, @Nullable Identities identities)
                throws IOException {
            this.location = location;
            this.stored = stored;
            try {
                InputStream compressed =
                        artifact.isEncrypted() ? Decryption.open(stored, identities, location) : stored;
                this.plain = Decompression.open(artifact.compression(), compressed);
            } catch (EOFException | ZipException broken) {
                throw damaged(broken);
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                int read = plain.read(bytes, offset, length);
                if (read < 0) {
                    stored.transferTo(OutputStream.nullOutputStream());
                }
                return read;
            } catch (EOFException | ZipException broken) {
                throw damaged(broken);
            }
        }

        @Override
        public void close() throws IOException {
            try (stored) {
                plain.close();
            }
        }

        private DamagedException damaged(IOException broken) {
            return new DamagedException(location + " is cut or changed: " + broken.getMessage(), broken);
        }
    }
}
