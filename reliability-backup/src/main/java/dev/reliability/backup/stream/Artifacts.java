package dev.reliability.backup.stream;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectNotFoundException;
import dev.reliability.core.storage.ObjectStore;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/** Writes and reads the files of a backup: gzip, with both sides of the compression counted and hashed. */
public final class Artifacts {
    private static final int BUFFER = 64 * 1024;
    /** Level 1 costs a third of the default level's time for a tenth more bytes. */
    private static final int GZIP_LEVEL = 1;

    private Artifacts() {}

    /**
     * Writes an artifact in one pass.
     *
     * @param role see {@link Artifact}
     * @param plain writes the bytes before compression; what it throws is passed on, and then nothing was stored
     * @throws IOException if the store fails, or if the key is taken, which can not be while one lease holder writes
     */
    public static Artifact write(ObjectStore store, String role, String key, ObjectBody plain) throws IOException {
        Written written = new Written();
        Optional<ObjectInfo> stored = store.putIfAbsent(key, ObjectAttributes.NONE, out -> written.write(out, plain));
        if (stored.isEmpty()) {
            throw new IOException("there is already a file at " + store.location(key) + "; it is left as it is");
        }
        if (stored.get().size() != written.bytes) {
            throw new DamagedException(
                    store.location(key) + " has " + stored.get().size() + " bytes, " + written.bytes + " were written");
        }
        return new Artifact(role, key, written.bytes, written.sha256, written.plainBytes, written.plainSha256, "gzip");
    }

    /**
     * Opens an artifact's bytes before compression. The end of the stream is reached only if the stored bytes are
     * the ones that were written; everything else is a {@link DamagedException}.
     */
    public static InputStream open(ObjectStore store, Artifact artifact) throws IOException {
        InputStream stored = openStored(store, artifact);
        try {
            return new Gunzip(store.location(artifact.key()), stored);
        } catch (EOFException | ZipException notGzip) {
            stored.close();
            throw new DamagedException(store.location(artifact.key()) + " is not gzip", notGzip);
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

    private static final class Written {
        private long bytes;
        private long plainBytes;
        private String sha256 = "";
        private String plainSha256 = "";

        void write(OutputStream out, ObjectBody plain) throws IOException {
            MeasuredOutputStream stored = new MeasuredOutputStream(out);
            try (GZIPOutputStream gzip = new FastGzip(stored)) {
                MeasuredOutputStream before = new MeasuredOutputStream(gzip);
                plain.writeTo(before);
                gzip.finish();
                plainBytes = before.count();
                plainSha256 = before.sha256();
            }
            bytes = stored.count();
            sha256 = stored.sha256();
        }
    }

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, BUFFER);
            def.setLevel(GZIP_LEVEL);
        }
    }

    /** Reads on to the end of the stored bytes, so that they are proved, and names the file when they are not gzip. */
    private static final class Gunzip extends GZIPInputStream {
        private final String location;
        private final InputStream stored;

        Gunzip(String location, InputStream stored) throws IOException {
            super(stored, BUFFER);
            this.location = location;
            this.stored = stored;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                int read = super.read(bytes, offset, length);
                if (read < 0) {
                    stored.transferTo(OutputStream.nullOutputStream());
                }
                return read;
            } catch (EOFException | ZipException broken) {
                throw new DamagedException(location + " is cut or changed: " + broken.getMessage(), broken);
            }
        }
    }
}
