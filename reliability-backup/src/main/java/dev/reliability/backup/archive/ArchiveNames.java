package dev.reliability.backup.archive;

import dev.reliability.core.backup.BackupId;
import java.util.Optional;

/** How the entries of an archive are called: {@code docs/backup-format.md}, "Archive". */
public final class ArchiveNames {
    /** Tells a person how to use what is in the archive. */
    public static final String README = "README.txt";

    private static final String TOP = "backup_";

    private ArchiveNames() {}

    /** The one folder that everything is in; with a slash at its end. */
    static String top(String id) {
        return TOP + id + "/";
    }

    /** The folder of an entry if it is one that holds an archive. */
    static Optional<String> topOf(String entry) {
        int slash = entry.indexOf('/');
        return slash > 0 && entry.startsWith(TOP) && BackupId.isValid(entry.substring(TOP.length(), slash))
                ? Optional.of(entry.substring(0, slash + 1))
                : Optional.empty();
    }
}
