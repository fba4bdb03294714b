package dev.reliability.backup.stream;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** Counts and hashes what passes through. Closing it flushes, and leaves the stream behind it open. */
public final class MeasuredOutputStream extends OutputStream {
    private final OutputStream next;
    private final MessageDigest digest = Sha256.digest();
    private long count;

    /** Passes everything on to {@code next}. */
    public MeasuredOutputStream(OutputStream next) {
        this.next = next;
    }

    @Override
    public void write(int b) throws IOException {
        next.write(b);
        digest.update((byte) b);
        count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        next.write(bytes, offset, length);
        digest.update(bytes, offset, length);
        count += length;
    }

    @Override
    public void flush() throws IOException {
        next.flush();
    }

    @Override
    public void close() throws IOException {
        next.flush();
    }

    /** How many bytes have passed. */
    public long count() {
        return count;
    }

    /** The hash of all that has passed; asked once, at the end. */
    public String sha256() {
        return Sha256.hex(digest);
    }
}
