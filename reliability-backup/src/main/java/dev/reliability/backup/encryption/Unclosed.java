package dev.reliability.backup.encryption;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A stream whose end is not the end of the one behind it. */
final class Unclosed extends FilterOutputStream {
    private Unclosed(OutputStream out) {
        super(out);
    }

    static OutputStream of(OutputStream out) {
        return new Unclosed(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
        flush();
    }
}
