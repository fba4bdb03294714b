package dev.reliability.backup.stream;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;

/** zstd (RFC 8878), a frame a block. The one class that knows zstd-jni. */
final class ZstdFormat implements BlockFormat {
    private static final int LEVEL = 1;

    /** @throws LinkageError the library or its native part is missing */
    ZstdFormat() {
        Zstd.maxCompressionLevel();
    }

    @Override
    public BlockCompressor newCompressor() {
        return new FrameCompressor();
    }

    @Override
    public int longest(int plainLength) {
        return Math.toIntExact(Zstd.compressBound(plainLength));
    }

    @Override
    public InputStream reader(InputStream compressed) throws IOException {
        return new FrameReader(new ZstdInputStream(compressed));
    }

    private static final class FrameCompressor implements BlockCompressor {
        private final ZstdCompressCtx context =
                new ZstdCompressCtx().setLevel(LEVEL).setChecksum(true);

        @Override
        public int compress(byte[] plain, int length, byte[] compressed) {
            return context.compressByteArray(compressed, 0, compressed.length, plain, 0, length);
        }

        @Override
        public void close() {
            context.close();
        }
    }

    /** Says in the words of {@link BlockFormat#reader} what is wrong. */
    private static final class FrameReader extends FilterInputStream {
        FrameReader(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return in.read(bytes, offset, length);
            } catch (ZstdIOException e) {
                ZipException changed = new ZipException(e.getMessage());
                changed.initCause(e);
                throw changed;
            }
        }
    }
}
