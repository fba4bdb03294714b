package dev.reliability.backup;

import dev.reliability.backup.repository.Repository;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupType;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
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

    /** A backup of this type needs about what the newest one added. */
    private void requireSpace(BackupType type) throws IOException {
        OptionalLong free = repository.store().freeBytes();
        if (free.isEmpty()) {
            return;
        }
        List<Backup> newest = repository
                .catalog()
                .list(new BackupQuery(type, BackupQuery.all().statuses(), 1))
                .backups();
        if (!newest.isEmpty() && free.getAsLong() < newest.get(0).addedBytes()) {
            throw new BackupException.NoSpace(
                    "the repository has room for " + free.getAsLong() + " bytes, and backup "
                            + newest.get(0).id() + " took " + newest.get(0).addedBytes()
                            + "; delete old backups or give it a larger disk",
                    null);
        }
    }
}
