package dev.reliability.core.storage;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A file on its way to become an object. Used by one thread. */
final class LocalTemporaryFile implements Closeable {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Path path;
    private final FileChannel channel;
    private final String tried;
    private final Runnable onClose;
    private long size;
    private Instant lastModified = Instant.EPOCH;

    /**
     * @param tried what it is for, in errors
     * @param onClose is run when the file is no longer being written
     */
    LocalTemporaryFile(Path path, FileChannel channel, String tried, Runnable onClose) {
        this.path = path;
        this.channel = channel;
        this.tried = tried;
        this.onClose = onClose;
    }

    Path path() {
        return path;
    }

    ObjectInfo info(String key) {
        return new ObjectInfo(key, size, lastModified, ObjectAttributes.NONE);
    }

    /** Writes the object's bytes, checks that all of them are there, and makes them survive a crash. */
    void write(ObjectBody body) throws IOException {
        BodyStream out = new BodyStream();
        body.writeTo(out);
        long written = out.finish();
        try {
            size = channel.size();
            if (size != written) {
                throw new ObjectStoreException(
                        "cannot " + tried + ": " + path + " has " + size + " bytes after " + written
                                + " were written to it",
                        true,
                        null);
            }
            channel.force(true);
            lastModified = Files.getLastModifiedTime(path).toInstant();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * Passes if the file still has its temporary name.
     *
     * @param otherwise what would be explained by its absence
     */
    void requireThere(IOException otherwise) throws IOException {
        if (Directories.attributes(path) == null) {
            throw new ObjectStoreException(
                    "cannot " + tried + ": somebody removed " + path + " while it was being written", true, otherwise);
        }
    }

    /** Removes the temporary name, if it still is there, and lets go of the lock. */
    @Override
    public void close() {
        try (channel) {
            Files.deleteIfExists(path);
        } catch (IOException leftBehind) {
            // Unlocked, it is abandoned; what the caller wanted has succeeded or failed already, and that counts.
            return;
        } finally {
            onClose.run();
        }
    }

    private ObjectStoreException failure(IOException e) {
        return LocalFailures.ofWrite(tried, e, Objects.requireNonNull(path.getParent()));
    }

    /** What the body writes into. A failure is kept: a body that swallows it must not make half an object whole. */
    private final class BodyStream extends OutputStream {
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        private long written;
        private boolean finished;
        private @Nullable IOException cause;

        @Override
        public void write(int b) throws IOException {
            requireUsable();
            if (!buffer.hasRemaining()) {
                drain();
            }
            buffer.put((byte) b);
            written++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            requireUsable();
            int at = offset;
            for (int left = length; left > 0; ) {
                if (!buffer.hasRemaining()) {
                    drain();
                }
                int step = Math.min(left, buffer.remaining());
                buffer.put(bytes, at, step);
                at += step;
                left -= step;
            }
            written += length;
        }

        long finish() throws IOException {
            requireUsable();
            drain();
            finished = true;
            return written;
        }

        private void requireUsable() throws IOException {
            if (cause != null) {
                // A new one each time: whoever closes a stream around this one adds it to the first as suppressed.
                throw failure(cause);
            }
            if (finished) {
                throw new IOException("the object is complete: its body must not keep the stream");
            }
        }

        private void drain() throws IOException {
            buffer.flip();
            try {
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            } catch (IOException e) {
                cause = e;
                throw failure(e);
            }
            buffer.clear();
        }
    }
}
