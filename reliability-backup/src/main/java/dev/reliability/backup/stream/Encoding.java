package dev.reliability.backup.stream;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * What is done to the bytes of an artifact before they are stored.
 *
 * @param compression how they are compressed
 */
public record Encoding(Compression compression) {
    /** What every reader knows: for files that are read before any manifest. */
    public static final Encoding GZIP = new Encoding(Compression.GZIP);

    /** How this artifact was stored. */
    public static Encoding of(Artifact artifact) {
        return new Encoding(artifact.compression());
    }

    /**
     * How a file was encoded that nobody wrote down.
     *
     * @param first its first four bytes or more, fewer if it is shorter
     * @return empty if it begins in no way that is known here
     */
    public static Optional<Encoding> recognize(byte[] first) {
        return Arrays.stream(Compression.values())
                .filter(compression -> compression.begins(first))
                .map(Encoding::new)
                .findFirst();
    }

    /** What the names of such files end with, such as {@code .gz}. */
    public String suffix() {
        return compression.suffix();
    }

    /** Why such files can be neither written nor read here, and what to do; empty if they can. */
    public Optional<String> obstacle() {
        try {
            format();
            return Optional.empty();
        } catch (LinkageError missing) {
            return Optional.of(compression.wireName() + " needs the library com.github.luben:zstd-jni, which is "
                    + "missing or does not work on this system (" + missing + "): add it to the class path");
        }
    }

    /**
     * Opens the bytes as they were before. For one thread; closing it closes {@code stored}.
     *
     * @throws java.util.zip.ZipException here or while reading: these bytes are not in this encoding
     * @throws java.io.EOFException here or while reading: they are cut
     */
    public InputStream decode(InputStream stored) throws IOException {
        return format().reader(stored);
    }

    /** Passes on what is written to it, compressed; the caller finishes and closes it. */
    ParallelCompressor compressor(OutputStream next) {
        return new ParallelCompressor(format(), next, compression.wireName());
    }

    /** @throws LinkageError see {@link #obstacle} */
    private BlockFormat format() {
        return switch (compression) {
            case GZIP -> new GzipFormat();
            case ZSTD -> new ZstdFormat();
        };
    }
}
