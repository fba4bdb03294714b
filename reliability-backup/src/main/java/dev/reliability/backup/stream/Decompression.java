package dev.reliability.backup.stream;

import dev.reliability.backup.manifest.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** Reads what is compressed. */
public final class Decompression {
    private Decompression() {}

    /**
     * How a file was compressed that nobody wrote down.
     *
     * @param first its first four bytes or more, fewer if it is shorter
     * @return empty if it begins in no way that is known here
     */
    public static Optional<Compression> recognize(byte[] first) {
        return Arrays.stream(Compression.values())
                .filter(compression -> compression.begins(first))
                .findFirst();
    }

    /** Why such files can be neither written nor read here, and what to do; empty if they can. */
    public static Optional<String> obstacle(Compression compression) {
        try {
            BlockFormat unused = BlockFormat.of(compression);
            return Optional.empty();
        } catch (LinkageError missing) {
            return Optional.of(compression.wireName() + " needs the library com.github.luben:zstd-jni, which is "
                    + "missing or does not work on this system (" + missing + "): add it to the class path");
        }
    }

    /**
     * Opens the bytes as they were before. For one thread; closing it closes {@code stored}.
     *
     * @throws java.util.zip.ZipException here or while reading: these bytes are not compressed so
     * @throws java.io.EOFException here or while reading: they are cut
     */
    public static InputStream open(Compression compression, InputStream stored) throws IOException {
        return BlockFormat.of(compression).reader(stored);
    }
}
