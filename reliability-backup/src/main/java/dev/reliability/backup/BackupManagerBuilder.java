package dev.reliability.backup;

import dev.reliability.backup.encryption.Encryption;
import dev.reliability.backup.encryption.Identities;
import dev.reliability.backup.encryption.Keyset;
import dev.reliability.backup.encryption.Recipients;
import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.backup.postgresql.PostgreSQLConfig;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.ReferencedKeys;
import dev.reliability.core.backup.RestoreHook;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.TimeSource;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Collects what a {@link BackupManager} needs. For one thread. */
public final class BackupManagerBuilder {
    final ObjectStore store;
    SigningKeys keys = SigningKeys.none();
    BackupConfig config = BackupConfig.defaults();
    TimeSource time = TimeSource.system();
    String host = ownName();
    Path testRestores = Path.of(System.getProperty("java.io.tmpdir"));

    RestoreHook hook = RestoreHook.NONE;

    @Nullable PostgreSQLConfig database;

    @Nullable ObjectStore objects;

    @Nullable ReferencedKeys references;

    @Nullable ObjectStore offsite;

    private @Nullable Recipients recipients;

    private @Nullable Identities identities;

    Consumer<OperationStatus> listener = ended -> {};

    BackupManagerBuilder(ObjectStore store) {
        this.store = Objects.requireNonNull(store, "repository");
    }

    /** The database to back up and restore; without one there are storage backups only. */
    public BackupManagerBuilder database(PostgreSQLConfig config) {
        this.database = config;
        return this;
    }

    /**
     * The objects to back up and restore; without them there are database backups only.
     *
     * @param keys tells which objects the rows name; null if nobody knows, then full backups say "unchecked"
     */
    public BackupManagerBuilder objects(ObjectStore objects, @Nullable ReferencedKeys keys) {
        this.objects = objects;
        this.references = keys;
        return this;
    }

    /** Signs with the first, trusts any; each 32 bytes of UTF-8 or more. Without keys the whole repository is trusted. */
    public BackupManagerBuilder signingKeys(List<String> secrets) {
        this.keys = SigningKeys.of(secrets);
        return this;
    }

    /**
     * Encrypts new backups to these recipients; not at all unless set. What can be read without any identity are manifests,
     * and the names, lengths and hashes of what is encrypted. Needs a signing key, of which the names of contents are
     * made.
     */
    public BackupManagerBuilder encryption(Recipients recipients) {
        this.recipients = recipients;
        return this;
    }

    /** Where copies of backups are kept as well, see {@link BackupManager#offsite()}; nowhere unless set. */
    public BackupManagerBuilder offsite(ObjectStore store) {
        this.offsite = store;
        return this;
    }

    /** What opens encrypted backups when they are restored. Nothing else needs it. */
    public BackupManagerBuilder identities(Identities identities) {
        this.identities = identities;
        return this;
    }

    Encryption encryption() {
        return new Encryption(
                recipients == null ? Keyset.plain() : Keyset.of(recipients, keys.derive("names of contents")),
                identities);
    }

    /**
     * Where {@link dev.reliability.core.backup.VerifyLevel#TEST_RESTORE} keeps the files of its PostgreSQL while it runs; the
     * machine's temporary folder unless set. It needs as much room as the database, and a path of at most 60 characters or
     * so, which a socket's has to fit.
     */
    public BackupManagerBuilder testRestores(Path folder) {
        this.testRestores = folder;
        return this;
    }

    /** What the application does with a restored database before it goes live; nothing unless set. */
    public BackupManagerBuilder restoreHook(RestoreHook hook) {
        this.hook = hook;
        return this;
    }

    /** Retention, restore and compression. */
    public BackupManagerBuilder config(BackupConfig config) {
        this.config = config;
        return this;
    }

    /** Where time comes from; the machine's clocks unless set. */
    public BackupManagerBuilder time(TimeSource time) {
        this.time = time;
        return this;
    }

    /**
     * Tells of every operation that ends in this process, however it ended, also of those that schedules and this
     * manager itself began. One more listener with each call.
     *
     * @param listener called on the operation's thread when its end is on record; must not block, and what it throws
     *     is logged and changes nothing
     */
    public BackupManagerBuilder onOperationEnded(Consumer<OperationStatus> listener) {
        this.listener = this.listener.andThen(listener);
        return this;
    }

    /** How this machine is called in the records of operations; its own name unless set. */
    public BackupManagerBuilder host(String host) {
        this.host = host;
        return this;
    }

    private static String ownName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "localhost";
        }
    }

    /**
     * Opens nothing yet.
     *
     * @throws IllegalArgumentException if backups are to be encrypted, and there is no signing key or unchanged objects are
     *     to be skipped
     */
    public BackupManager build() {
        if (recipients != null && keys.isEmpty()) {
            throw new IllegalArgumentException(
                    "backups: encryption needs a signing key, of which the names of encrypted contents are made");
        }
        if (recipients != null && config.skipUnchanged()) {
            throw new IllegalArgumentException("backups: with encryption no object can be skipped as unchanged: nobody"
                    + " can read here what the backup before said of it");
        }
        return new BackupManager(this);
    }
}
