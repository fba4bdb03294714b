package dev.reliability.backup.stream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** gzip (RFC 1952), a member a block. */
final class GzipFormat implements BlockFormat {
    /** Level 1 costs a third of the default level's time for a tenth more bytes. */
    private static final int LEVEL = 1;

    /** Deflate, no name and no time, so that the same bytes make the same member; "fastest"; no system named. */
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, Deflater.DEFLATED, 0, 0, 0, 0, 0, 4, (byte) 255};

    private static final int TRAILER = 2 * Integer.BYTES;

    @Override
    public BlockCompressor newCompressor() {
        return new MemberCompressor();
    }

    @Override
    public int longest(int plainLength) {
        // What can not be compressed may take nine bits a byte, by the quickest of deflate's ways.
        return HEADER.length + plainLength + plainLength / 8 + 64 + TRAILER;
    }

    @Override
    public InputStream reader(InputStream compressed) throws IOException {
        return new GunzipInputStream(compressed);
    }

    private static final class MemberCompressor implements BlockCompressor {
        private final Deflater deflater = new Deflater(LEVEL, true);
        private final CRC32 crc = new CRC32();

        @Override
        public int compress(byte[] plain, int length, byte[] compressed) {
            deflater.reset();
            deflater.setInput(plain, 0, length);
            deflater.finish();
            System.arraycopy(HEADER, 0, compressed, 0, HEADER.length);
            int end = HEADER.length
                    + deflater.deflate(compressed, HEADER.length, compressed.length - HEADER.length - TRAILER);
            if (!deflater.finished()) {
                throw new IllegalStateException("deflate made more of " + length + " bytes than it can");
            }
            crc.reset();
            crc.update(plain, 0, length);
            ByteBuffer.wrap(compressed, end, TRAILER)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt((int) crc.getValue())
                    .putInt(length);
            return end + TRAILER;
        }

        @Override
        public void close() {
            deflater.end();
        }
    }
}
