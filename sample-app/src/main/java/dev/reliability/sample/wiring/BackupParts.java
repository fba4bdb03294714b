package dev.reliability.sample.wiring;

import dev.reliability.backup.BackupConfig;
import dev.reliability.backup.BackupManager;
import dev.reliability.backup.BackupManagerBuilder;
import dev.reliability.backup.manifest.Compression;
import dev.reliability.backup.postgresql.PostgreSQLConfig;
import dev.reliability.backup.postgresql.SavedRoles;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.TimeSource;
import dev.reliability.sample.configuration.BackupSettings;
import dev.reliability.sample.configuration.DatabaseSettings;
import dev.reliability.sample.configuration.Secret;
import dev.reliability.sample.documents.DocumentKeys;
import dev.reliability.sample.notify.Webhook;
import java.net.URI;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** Makes the backup manager of the settings. */
public final class BackupParts {
    private BackupParts() {}

    /** Who is told of backups that failed; the caller closes it, after the manager. */
    public static Optional<Webhook> webhook(BackupSettings backups) {
        return backups.webhook().map(address -> new Webhook(URI.create(address.reveal())));
    }

    /** What tells it; does nothing where there is none. */
    public static Consumer<OperationStatus> telling(Optional<Webhook> webhook) {
        return ended -> webhook.ifPresent(present -> present.tell(ended));
    }

    /**
     * A manager that opens nothing yet; the caller closes it.
     *
     * @param repository where the backups are
     * @param offsite where copies of them are; empty for nowhere
     * @param documents the documents' bytes; null where only the database is backed up and restored
     * @param listener is told how each operation of this process ended; must not block
     */
    public static BackupManager manager(
            DatabaseSettings database,
            BackupSettings backups,
            ObjectStore repository,
            Optional<ObjectStore> offsite,
            @Nullable ObjectStore documents,
            Consumer<OperationStatus> listener,
            TimeSource time) {
        BackupManagerBuilder builder = BackupManager.builder(repository)
                .database(server(database))
                .signingKeys(backups.signingKeys().stream().map(Secret::reveal).toList())
                .config(BackupConfig.defaults()
                        .withRetention(backups.retentionDays(), backups.retentionMinimum())
                        .withSkipUnchanged(backups.skipUnchanged())
                        .withCompression(Compression.of(backups.compression()).orElseThrow())
                        .withStallLimit(backups.stallLimit())
                        .withRestore(
                                RestoreOptions.Mode.of(backups.restoreMode()).orElseThrow(), backups.undo()))
                .restoreHook(Schema.OF_RESTORED)
                .onOperationEnded(listener)
                .time(time);
        backups.verify().folder().ifPresent(builder::testRestores);
        offsite.ifPresent(builder::offsite);
        backups.encryption().recipients().ifPresent(builder::encryption);
        backups.encryption().identities().ifPresent(builder::identities);
        if (documents != null) {
            builder.objects(documents, new DocumentKeys());
        }
        return builder.build();
    }

    /** How the database is reached. */
    public static PostgreSQLConfig server(DatabaseSettings database) {
        return PostgreSQLConfig.builder()
                .host(database.host())
                .port(database.port())
                .user(database.user())
                .password(database.password().reveal())
                .database(database.name())
                .sslMode(database.sslMode())
                .pgBin(database.programs().orElse(null))
                .build();
    }

    /** Gives the backend's role, if it is made, the password that it is configured with. The server is told a hash of it. */
    public static SavedRoles.WhenMade passwordOf(DatabaseSettings backend) {
        return (connection, role) -> {
            if (role.equals(backend.user())) {
                connection
                        .unwrap(PGConnection.class)
                        .alterUserPassword(role, backend.password().reveal().toCharArray(), null);
            }
        };
    }
}
