package dev.reliability.core.storage;

import java.io.IOException;
import java.io.InputStream;

/** A part of a file, with failures as the contract has them. */
final class LocalObjectInputStream extends InputStream {
    private final InputStream in;
    private final String location;
    private long left;

    private LocalObjectInputStream(InputStream in, long left, String location) {
        this.in = in;
        this.left = left;
        this.location = location;
    }

    /** At most {@code length} bytes from {@code offset} on; closes {@code in} when it is closed or fails to start. */
    static InputStream range(InputStream in, long offset, long length, String location) throws IOException {
        try {
            long skipped = offset == 0 ? 0 : in.skip(offset);
            return new LocalObjectInputStream(in, skipped < offset ? 0 : length, location);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left == 0 && length > 0) {
            return -1;
        }
        try {
            int read = in.read(bytes, offset, (int) Math.min(length, left));
            left -= Math.max(read, 0);
            return read;
        } catch (IOException e) {
            throw LocalFailures.of("read " + location, e);
        }
    }

    @Override
    public int available() throws IOException {
        return (int) Math.min(left, in.available());
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
