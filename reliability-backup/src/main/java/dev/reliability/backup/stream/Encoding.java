package dev.reliability.backup.stream;

import dev.reliability.backup.encryption.Keyset;
import dev.reliability.backup.manifest.Compression;
import java.util.ArrayList;
import java.util.List;

/**
 * What is done to the bytes of an artifact before they are stored, in this order.
 *
 * @param compression how they are compressed
 * @param keyset to whom they are encrypted, if to anybody
 */
public record Encoding(Compression compression, Keyset keyset) {
    /** What everybody can read. */
    public static final Encoding GZIP = new Encoding(Compression.GZIP, Keyset.plain());

    private static final String AGE = ".age";

    /** What the names of such files end with, such as {@code .gz} or {@code .gz.age}. */
    public String suffix() {
        return compression.suffix() + (keyset.encrypts() ? AGE : "");
    }

    /** What the names of files can end with, of whatever encoding. */
    public static List<String> suffixes() {
        List<String> suffixes = new ArrayList<>();
        for (Compression compression : Compression.values()) {
            suffixes.add(compression.suffix());
            suffixes.add(compression.suffix() + AGE);
        }
        return suffixes;
    }
}
