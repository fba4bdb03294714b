package dev.reliability.backup.postgresql;

import java.io.IOException;
import java.io.InputStream;

/** Where a dump's plain SQL is read from. */
@FunctionalInterface
public interface DumpSource {

    /**
     * Opens it at its beginning. Whoever hands it in has proved the whole artifact before; the stream may prove it
     * again and throw at any time, and then nothing is committed.
     */
    InputStream open() throws IOException;
}
