package dev.reliability.backup;

import java.nio.charset.StandardCharsets;

/** The formats that pg_dump writes into one file, told apart by its first bytes. */
enum DumpFormat {
    /** SQL, or what is nothing else that is known here. */
    PLAIN,
    /** {@code pg_dump -Fc}. */
    CUSTOM,
    /** {@code pg_dump -Ft}. */
    TAR;

    /** So many bytes of a file tell it. */
    static final int BYTES = 8;

    /** @param first its first {@link #BYTES}, fewer if it is shorter */
    static DumpFormat of(byte[] first) {
        String start = new String(first, StandardCharsets.ISO_8859_1);
        if (start.startsWith("PGDMP")) {
            return CUSTOM;
        }
        // Its table of contents comes first; a name in a tar's header ends with a zero byte.
        return start.startsWith("toc.dat\0") ? TAR : PLAIN;
    }
}
