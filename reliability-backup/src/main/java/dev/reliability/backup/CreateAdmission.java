package dev.reliability.backup;

import dev.reliability.backup.repository.Repository;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupType;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;

/** What can be known of a backup before it begins: whether the database can be dumped, and there is room. */
final class CreateAdmission {
    private final Parts parts;
    private final Repository repository;

    CreateAdmission(Parts parts, Repository repository) {
        this.parts = parts;
        this.repository = repository;
    }

    void admit(BackupType type) throws IOException, SQLException {
        if (type.hasDatabase()) {
            parts.requireDatabase().backup().preflight();
        }
        requireSpace(type);
    }

    /** A backup of this type needs about what the newest one of what is live added. */
    private void requireSpace(BackupType type) throws IOException {
        OptionalLong free = repository.store().freeBytes();
        if (free.isEmpty()) {
            return;
        }
        Optional<Backup> newest = repository.catalog().all(BackupQuery.all().statuses()).stream()
                .filter(backup -> backup.type() == type && backup.replacedBy() == null)
                .findFirst();
        if (newest.isPresent() && free.getAsLong() < newest.get().addedBytes()) {
            throw new BackupException.NoSpace(
                    "the repository has room for " + free.getAsLong() + " bytes, and backup "
                            + newest.get().id() + " took " + newest.get().addedBytes()
                            + "; delete old backups or give it a larger disk",
                    null);
        }
    }
}
