package dev.reliability.backup.manifest;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** How a file of a backup is compressed. Either is read by its own program as one stream. */
public enum Compression {
    /** Read by gunzip, and by everything else. */
    GZIP("gzip", ".gz", "1f8b"),

    /**
     * Smaller and faster; needs the library {@code com.github.luben:zstd-jni}. A file may begin with a frame that readers
     * skip, as pzstd's do.
     */
    ZSTD("zstd", ".zst", "28b52ffd|5[0-9a-f]2a4d18");

    private final String wireName;
    private final String suffix;
    private final Pattern magic;

    Compression(String wireName, String suffix, String magic) {
        this.wireName = wireName;
        this.suffix = suffix;
        this.magic = Pattern.compile(magic);
    }

    /** Its name in manifests and settings. */
    public String wireName() {
        return wireName;
    }

    /** What the name of a file ends with, with the dot. */
    public String suffix() {
        return suffix;
    }

    /** Whether a file that begins with these bytes, its first four or more, is compressed in this way. */
    public boolean begins(byte[] first) {
        return magic.matcher(HexFormat.of().formatHex(first)).lookingAt();
    }

    /** The one that files with this name have; empty if it tells none, as that of an encrypted file. */
    public static Optional<Compression> ofName(String name) {
        return Arrays.stream(values())
                .filter(each -> name.endsWith(each.suffix))
                .findFirst();
    }

    /** The one of this {@link #wireName()}; empty for any other text. */
    public static Optional<Compression> of(String wireName) {
        return Arrays.stream(values())
                .filter(each -> each.wireName.equals(wireName))
                .findFirst();
    }
}
