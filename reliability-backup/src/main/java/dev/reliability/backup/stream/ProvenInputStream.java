package dev.reliability.backup.stream;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * Delivers bytes and compares them, at their end, with the length and hash that were written down. A reader that has
 * seen the end without an exception has read what was stored; one that stops earlier has proved nothing.
 */
public final class ProvenInputStream extends FilterInputStream {
    private final String name;
    private final long expectedBytes;
    private final String expectedSha256;
    private final MessageDigest digest = Sha256.digest();
    private long count;
    private boolean proven;

    /**
     * @param name of what is read, for the error
     * @param expectedSha256 64 lower-case hexadecimal digits
     */
    public ProvenInputStream(InputStream in, String name, long expectedBytes, String expectedSha256) {
        super(in);
        this.name = name;
        this.expectedBytes = expectedBytes;
        this.expectedSha256 = expectedSha256;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = in.read(bytes, offset, length);
        if (read < 0) {
            prove();
        } else {
            digest.update(bytes, offset, read);
            count += read;
            if (count > expectedBytes) {
                throw new DamagedException(name + " is longer than the " + expectedBytes + " bytes that were stored");
            }
        }
        return read;
    }

    @Override
    public long skip(long n) throws IOException {
        // Skipped bytes must be hashed too.
        return readNBytes((int) Math.min(n, 8192)).length;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void prove() throws DamagedException {
        if (proven) {
            return;
        }
        if (count != expectedBytes) {
            throw new DamagedException(name + " has " + count + " bytes, " + expectedBytes + " were stored");
        }
        String actual = Sha256.hex(digest);
        if (!actual.equals(expectedSha256)) {
            throw new DamagedException(name + " has sha256 " + actual + ", " + expectedSha256 + " was stored");
        }
        proven = true;
    }
}
