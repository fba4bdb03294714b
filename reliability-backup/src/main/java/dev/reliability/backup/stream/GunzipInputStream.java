package dev.reliability.backup.stream;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Reads gzip of any number of members to the true end of the stream.
 *
 * <p>{@link java.util.zip.GZIPInputStream} ends quietly after a member behind which {@code available()} is zero, as it
 * may be at any time where bytes come over a network, and takes what it can not read there for the end.
 */
final class GunzipInputStream extends InputStream {
    private static final int BUFFER = 64 * 1024;
    private static final int MAGIC = 0x8b1f;
    private static final int DEFLATE = 8;
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private boolean ended;

    /**
     * Reads the first header.
     *
     * @throws ZipException it is not gzip
     * @throws EOFException it is cut within the header, or empty
     */
    GunzipInputStream(InputStream in) throws IOException {
        this.in = in;
        try {
            header();
        } catch (IOException | RuntimeException e) {
            inflater.end();
            throw e;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /**
     * @throws ZipException the bytes are changed, or something else follows
     * @throws EOFException the stream is cut
     */
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            int count = inflate(bytes, offset, length);
            if (count > 0) {
                crc.update(bytes, offset, count);
                return count;
            }
            if (inflater.finished()) {
                endOfMember();
            } else {
                feed();
            }
        }
        return -1;
    }

    @Override
    public void close() throws IOException {
        ended = true;
        inflater.end();
        in.close();
    }

    private int inflate(byte[] bytes, int offset, int length) throws ZipException {
        try {
            int count = inflater.inflate(bytes, offset, length);
            if (inflater.needsDictionary()) {
                throw new ZipException("it needs a dictionary, which gzip does not have");
            }
            return count;
        } catch (DataFormatException e) {
            ZipException changed = new ZipException(e.getMessage() == null ? "invalid data" : e.getMessage());
            changed.initCause(e);
            throw changed;
        }
    }

    private void feed() throws IOException {
        if (!fill()) {
            throw new EOFException("it ends within a compressed block");
        }
        inflater.setInput(buffer, position, limit - position);
        position = limit;
    }

    private void endOfMember() throws IOException {
        position -= inflater.getRemaining();
        int crcWritten = unsignedShort() | unsignedShort() << 16;
        int lengthWritten = unsignedShort() | unsignedShort() << 16;
        if (crcWritten != (int) crc.getValue() || lengthWritten != (int) inflater.getBytesWritten()) {
            throw new ZipException("the checksum of a member differs");
        }
        if (!fill()) {
            ended = true;
            return;
        }
        inflater.reset();
        crc.reset();
        header();
    }

    private void header() throws IOException {
        int magic = unsignedShort();
        if (magic != MAGIC) {
            throw new ZipException("a member does not begin as gzip does");
        }
        int method = unsignedByte();
        int flags = unsignedByte();
        if (method != DEFLATE || (flags & RESERVED) != 0) {
            throw new ZipException("a member is of an unknown kind of gzip");
        }
        skip(6);
        if ((flags & EXTRA) != 0) {
            skip(unsignedShort());
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CRC) != 0) {
            skip(2);
        }
        inflater.setInput(buffer, position, limit - position);
        position = limit;
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            unsignedByte();
        }
    }

    private void skipText() throws IOException {
        while (unsignedByte() != 0) {
            // A name or a comment of any length.
        }
    }

    private int unsignedShort() throws IOException {
        return unsignedByte() | unsignedByte() << 8;
    }

    private int unsignedByte() throws IOException {
        if (!fill()) {
            throw new EOFException("it ends within a member's header or checksum");
        }
        return buffer[position++] & 0xff;
    }

    /** Whether there is a byte to read. */
    private boolean fill() throws IOException {
        while (position == limit) {
            int read = in.read(buffer, 0, buffer.length);
            if (read < 0) {
                return false;
            }
            position = 0;
            limit = read;
        }
        return true;
    }
}
