package dev.reliability.backup;

import dev.reliability.backup.repository.Repository;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** The backups that would be restored if all were lost now. */
final class NewestBackups {
    private NewestBackups() {}

    /**
     * The newest full one, and the newest ones of the database and the storage that were made after it; of completed
     * ones, and of signed ones where manifests are signed.
     */
    static List<Backup> of(Repository repository) throws IOException {
        List<Backup> newestFirst = repository.catalog().all(EnumSet.of(BackupStatus.COMPLETED)).stream()
                .filter(backup -> backup.signed() || !repository.signs())
                // What was replaced is not what was lost.
                .filter(backup -> backup.replacedBy() == null)
                .toList();
        List<Backup> newest = new ArrayList<>();
        Optional<Backup> full = newest(newestFirst, BackupType.FULL);
        full.ifPresent(newest::add);
        for (BackupType part : List.of(BackupType.DATABASE, BackupType.STORAGE)) {
            newest(newestFirst, part)
                    .filter(backup -> full.isEmpty()
                            || backup.createdAt().isAfter(full.get().createdAt()))
                    .ifPresent(newest::add);
        }
        return newest;
    }

    private static Optional<Backup> newest(List<Backup> newestFirst, BackupType type) {
        return newestFirst.stream().filter(backup -> backup.type() == type).findFirst();
    }
}
