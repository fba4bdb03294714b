package dev.reliability.backup.stream;

import dev.reliability.backup.manifest.Compression;
import java.io.IOException;
import java.io.InputStream;

/** A format whose files may be several compressed blocks, one after the other, each made without knowing the others. */
interface BlockFormat {

    /**
     * The one of this compression.
     *
     * @throws LinkageError see {@link Decompression#obstacle}
     */
    static BlockFormat of(Compression compression) {
        return switch (compression) {
            case GZIP -> new GzipFormat();
            case ZSTD -> new ZstdFormat();
        };
    }

    /** A compressor of blocks. Whoever makes it closes it. */
    BlockCompressor newCompressor();

    /** The most bytes that a block of this length can become. */
    int longest(int plainLength);

    /**
     * Reads such a file to its very end.
     *
     * @throws java.util.zip.ZipException here or while reading: these bytes are not of this format
     * @throws java.io.EOFException here or while reading: the file is cut
     */
    InputStream reader(InputStream compressed) throws IOException;

    /** Compresses one block at a time; for any thread, but one at a time. */
    interface BlockCompressor extends AutoCloseable {

        /**
         * Makes a whole of its own of these bytes, the same for the same bytes.
         *
         * @param compressed at least {@link #longest} bytes long
         * @return how many bytes it became
         */
        int compress(byte[] plain, int length, byte[] compressed);

        /** Gives back memory that the garbage collector does not know. */
        @Override
        void close();
    }
}
