package dev.reliability.backup;

import dev.reliability.backup.repository.Repository;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupId;
import dev.reliability.core.backup.BackupType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the backup that a path names: its dump, its manifest, its folder or a file in it. */
final class BackupPaths {
    private static final Pattern ID = Pattern.compile("[0-9]{8}_[0-9]{6}(?:_[0-9]+)?");

    private final Repository repository;

    BackupPaths(Repository repository) {
        this.repository = repository;
    }

    /** The id of the backup of this path; empty if the path names none of this repository. */
    Optional<String> idOf(Path path) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        Matcher matcher = ID.matcher(absolute.toString());
        while (matcher.find()) {
            String id = matcher.group();
            Optional<Backup> backup =
                    BackupId.isValid(id) ? repository.catalog().find(id) : Optional.empty();
            if (backup.isPresent() && isPartOf(absolute, backup.get())) {
                return Optional.of(id);
            }
        }
        return Optional.empty();
    }

    private static boolean isPartOf(Path path, Backup backup) {
        Path own = Path.of(backup.path()).toAbsolutePath().normalize();
        Path manifest = own.resolveSibling("backup_" + backup.id() + ".json");
        boolean inItsFolder = backup.type() != BackupType.DATABASE && path.startsWith(own);
        return path.equals(own) || path.equals(manifest) || inItsFolder;
    }
}
