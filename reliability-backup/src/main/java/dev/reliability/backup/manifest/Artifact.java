package dev.reliability.backup.manifest;

import dev.reliability.backup.encryption.Keyset;
import dev.reliability.core.backup.BackupType;
import java.util.Set;

/**
 * A file of a backup.
 *
 * @param role what it is: {@code dump}, {@code globals}, {@code objects}, {@code refs}
 * @param key where it lies in the repository
 * @param bytes its length as stored
 * @param sha256 of the stored bytes, 64 hexadecimal digits
 * @param plainBytes its length before compression
 * @param compression how it is compressed
 * @param keyset who can read it: {@code plain} for everybody, else the id of a set of recipients to whom it is encrypted
 */
public record Artifact(
        String role, String key, long bytes, String sha256, long plainBytes, Compression compression, String keyset) {
    /** pg_dump's plain SQL. */
    public static final String DUMP = "dump";

    /** The roles of the server, by pg_dumpall. */
    public static final String GLOBALS = "globals";

    /** One JSON line an object. */
    public static final String OBJECTS = "objects";

    /** The names and stored hashes of the blobs that it uses. */
    public static final String REFS = "refs";

    /** Whether it can only be read with the identity of one of its recipients. */
    public boolean isEncrypted() {
        return !keyset.equals(Keyset.PLAIN_ID);
    }

    /** What a backup of this type consists of: one artifact of each role. */
    public static Set<String> rolesOf(BackupType type) {
        return switch (type) {
            case DATABASE -> Set.of(DUMP);
            case STORAGE -> Set.of(OBJECTS, REFS);
            case FULL -> Set.of(DUMP, GLOBALS, OBJECTS, REFS);
        };
    }
}
