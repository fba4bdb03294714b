package dev.reliability.backup;

import dev.reliability.backup.encryption.Encryption;
import dev.reliability.backup.postgresql.PostgreSQLBackup;
import dev.reliability.backup.postgresql.PostgreSQLRestore;
import dev.reliability.backup.postgresql.RestoreRecovery;
import dev.reliability.backup.postgresql.TestRestore;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.ReferencedKeys;
import dev.reliability.core.storage.ObjectStore;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is backed up, and by what.
 *
 * @param testRestore tries out what a restore of the database would do
 * @param encryption to whom new backups are encrypted, and what opens those that are
 */
record Parts(
        @Nullable Database database,
        @Nullable ObjectStore objects,
        @Nullable ReferencedKeys references,
        TestRestore testRestore,
        Encryption encryption) {

    /** A database and the three that know how to handle it. */
    record Database(PostgreSQLBackup backup, PostgreSQLRestore restore, RestoreRecovery recovery) {}

    /** Whether this type can be backed up and restored here; else a refusal that says what is missing. */
    void require(BackupType type) {
        if (type.hasDatabase() && database == null) {
            throw new BackupException.Refused(
                    "no " + type.wireName() + " backup without a database", List.of("no database is configured"));
        }
        if (type.hasStorage() && objects == null) {
            throw new BackupException.Refused(
                    "no " + type.wireName() + " backup without an object store",
                    List.of("no object store is configured"));
        }
    }

    Database requireDatabase() {
        return Objects.requireNonNull(database, "require(type) comes first");
    }

    ObjectStore requireObjects() {
        return Objects.requireNonNull(objects, "require(type) comes first");
    }
}
