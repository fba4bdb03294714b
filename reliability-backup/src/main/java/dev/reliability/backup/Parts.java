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
import java.util.Optional;
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

    /** The same with another database. */
    Parts with(Database other) {
        return new Parts(other, objects, references, testRestore, encryption);
    }

    /** Whether this type can be backed up and restored here; else a refusal that says what is missing. */
    void require(BackupType type) {
        lackOf(type).ifPresent(refused -> {
            throw refused;
        });
    }

    /** Why this type can not be backed up and restored here; empty if it can. */
    Optional<BackupException.Refused> lackOf(BackupType type) {
        if (type.hasDatabase() && database == null) {
            return lack(type, "a database", "no database is configured");
        }
        if (type.hasStorage() && objects == null) {
            return lack(type, "an object store", "no object store is configured");
        }
        return Optional.empty();
    }

    private static Optional<BackupException.Refused> lack(BackupType type, String what, String reason) {
        return Optional.of(
                new BackupException.Refused("no " + type.wireName() + " backup without " + what, List.of(reason)));
    }

    Database requireDatabase() {
        return Objects.requireNonNull(database, "require(type) comes first");
    }

    ObjectStore requireObjects() {
        return Objects.requireNonNull(objects, "require(type) comes first");
    }
}
