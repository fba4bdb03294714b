package dev.reliability.backup.objects;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Bytes on their way into an artifact that can not be written yet, in a temporary file. For one thread; {@link #close()}
 * removes the file.
 */
final class Spool implements Closeable {
    private final Path file;
    private final OutputStream out;

    Spool() throws IOException {
        file = Files.createTempFile("reliability-spool", ".tmp");
        out = new BufferedOutputStream(Files.newOutputStream(file), 64 * 1024);
    }

    /** Takes the bytes. */
    OutputStream out() {
        return out;
    }

    /** Ends them, and writes them out. */
    void copyTo(OutputStream target) throws IOException {
        out.close();
        Files.copy(file, target);
    }

    @Override
    public void close() throws IOException {
        try (out) {
            Files.deleteIfExists(file);
        }
    }
}
