package dev.reliability.core.storage;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Which names this JVM can give files: without a UTF-8 locale only ASCII ones, and it would change others silently. */
final class LocalNames {
    private static final String UNICODE_PROBE = "\u6587";
    private static final String UNICODE_PROBE_BYTES = "%E6%96%87";

    private final boolean beyondAscii;

    /** @param root of whose file system */
    LocalNames(Path root) {
        this.beyondAscii = hasUnicodeNames(root);
    }

    /**
     * Fails if a file can not be called like this.
     *
     * @param location for the error
     */
    void require(String key, String location) throws ObjectStoreException {
        if (!beyondAscii && !isAscii(key)) {
            throw refused(location);
        }
    }

    /**
     * The name of a file found in the folder, or null if it is not Unicode.
     *
     * @throws ObjectStoreException if this JVM cannot tell
     */
    @Nullable String of(Path file) throws ObjectStoreException {
        String name = file.getFileName().toString();
        if (isAscii(name)) {
            return name;
        }
        if (!beyondAscii) {
            throw refused("a name in " + file.getParent());
        }
        // Bytes that are not UTF-8 were replaced in the string: they do not come back.
        return file.getFileSystem().getPath(name).equals(file.getFileName()) ? name : null;
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static ObjectStoreException refused(String what) {
        return new ObjectStoreException(
                "this JVM cannot use names beyond ASCII (" + what + "): its locale is not a UTF-8 one. Start it with"
                        + " LC_ALL=C.UTF-8",
                false,
                null);
    }

    private static boolean hasUnicodeNames(Path root) {
        try {
            return root.getFileSystem()
                    .getPath(UNICODE_PROBE)
                    .toUri()
                    .getRawPath()
                    .endsWith(UNICODE_PROBE_BYTES);
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
