package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.backup.postgresql.RestoreRecovery;
import dev.reliability.backup.repository.Lease;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.repository.RunningOperation;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Kind;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.backup.VerifyLevel;
import dev.reliability.core.storage.ForwardingObjectStore;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.storage.ObjectStoreException;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A database that a restore replaced, when its time to be undone is over. */
@ExtendWith(PrivatePostgres.Shared.class)
class KeptDatabasesTest {
    private static final Caller ALICE = new Caller("alice");
    private static final String KEY = "a signing key of at least 32 bytes";
    private static final String STRANGER = "stranger";

    private final PrivatePostgres server;

    @TempDir
    Path folder;

    private String database = "";
    private BackupManager backups;

    KeptDatabasesTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void open() throws IOException {
        database = server.createDatabase();
        if (server.query("postgres", "SELECT 1 FROM pg_roles WHERE rolname = '" + STRANGER + "'")
                .isEmpty()) {
            server.execute(
                    PrivatePostgres.SUPERUSER,
                    "postgres",
                    "CREATE ROLE " + STRANGER + " LOGIN PASSWORD '" + STRANGER + "'");
        }
        backups = manager(LocalObjectStore.open(folder));
        sql("CREATE TABLE document (title text)", "INSERT INTO document VALUES ('first')");
    }

    @AfterEach
    void close() {
        backups.close();
    }

    @Test
    void it_is_dumped_and_dropped_and_its_backup_brings_it_back_as_it_was_before_it_was_replaced() {
        String first = completed(backups.create(BackupType.DATABASE, ALICE)).backupId();
        sql(
                "UPDATE document SET title = 'second'",
                "REVOKE ALL ON DATABASE " + database + " FROM PUBLIC",
                "GRANT CONNECT ON DATABASE " + database + " TO " + STRANGER,
                "ALTER DATABASE " + database + " CONNECTION LIMIT 17",
                "ALTER DATABASE " + database + " SET work_mem = '5MB'",
                "COMMENT ON DATABASE " + database + " IS 'the second one'");
        List<String> dress = dress();
        String restore = restored(first);
        assertThat(rows()).containsExactly("first");

        assertThat(backups.cleanup(ALICE)).as("no backup is deleted").isEmpty();

        assertThat(kept()).isEmpty();
        Backup made = listed().get(0);
        assertThat(made.type()).isEqualTo(BackupType.DATABASE);
        assertThat(made.status()).isEqualTo(BackupStatus.COMPLETED);
        assertThat(made.signed()).isTrue();
        assertThat(made.replacedBy()).isEqualTo(restore);
        assertThat(made.message()).isEqualTo("the database as it was when " + restore + " replaced it");
        assertThat(backups.plan(made.id(), RestoreOptions.defaults()).obstacles())
                .isEmpty();
        restored(made.id());
        assertThat(rows()).containsExactly("second");
        assertThat(dress()).isEqualTo(dress);
    }

    @Test
    void while_it_is_dumped_its_owner_alone_gets_in_and_if_that_fails_it_stays_closed_and_the_figures_say_so()
            throws Exception {
        sql("GRANT CONNECT ON DATABASE " + database + " TO " + STRANGER);
        restored(completed(backups.create(BackupType.DATABASE, ALICE)).backupId());
        String old = kept().get(0);
        List<Boolean> letIn = new ArrayList<>();
        ObjectStore broken = new ForwardingObjectStore(LocalObjectStore.open(folder)) {
            @Override
            public Optional<ObjectInfo> putIfAbsent(String key, ObjectAttributes attributes, ObjectBody body)
                    throws IOException {
                if (!key.endsWith(".sql.gz")) {
                    return super.putIfAbsent(key, attributes, body);
                }
                letIn.add(getsIn(PrivatePostgres.ROLE, old));
                letIn.add(getsIn(STRANGER, old));
                throw new ObjectStoreException("the disk reported an error", false, null);
            }
        };
        try (BackupManager failing = manager(broken)) {
            assertThat(failing.cleanup(ALICE)).isEmpty();
        }

        assertThat(letIn).containsExactly(true, false);
        assertThat(kept()).containsExactly(old);
        assertThat(getsIn(PrivatePostgres.ROLE, old)).isFalse();
        assertThat(listed()).hasSize(1);
        assertThat(backups.figures().failures())
                .isEqualTo(Map.of(new BackupFigures.Failure(Kind.CREATE, "unavailable"), 1));
        backups.cleanup(ALICE);
        assertThat(kept()).isEmpty();
        assertThat(listed()).hasSize(2);
    }

    @Test
    void no_restore_waits_for_its_dump() {
        String first = completed(backups.create(BackupType.DATABASE, ALICE)).backupId();
        restored(first);
        restored(first);

        assertThat(kept()).hasSize(2);
        assertThat(listed()).hasSize(1);
        backups.cleanup(ALICE);
        assertThat(kept()).isEmpty();
        assertThat(listed()).hasSize(3);
    }

    @Test
    void its_backup_is_not_the_newest_of_what_is_live() {
        String first = completed(backups.create(BackupType.DATABASE, ALICE)).backupId();
        BackupFigures.Newest newest = backups.figures().newest().get(BackupType.DATABASE);
        restored(first);
        backups.cleanup(ALICE);
        completed(backups.verify(listed().get(0).id(), VerifyLevel.STORED_BYTES, ALICE));

        assertThat(backups.figures().newest().get(BackupType.DATABASE)).isEqualTo(newest);
        assertThat(backups.figures().newestVerified()).isNull();
        assertThat(backups.figures().counts()).isEqualTo(Map.of(BackupStatus.COMPLETED, 2));
    }

    @Test
    void one_that_could_not_be_dropped_after_its_dump_is_dropped_without_another() throws Exception {
        restored(completed(backups.create(BackupType.DATABASE, ALICE)).backupId());
        String old = kept().get(0);
        try (Connection superuser = server.connect(PrivatePostgres.SUPERUSER, old)) {
            assertThat(superuser.isValid(1)).isTrue();
            backups.cleanup(ALICE);
            assertThat(kept()).containsExactly(old);
            assertThat(getsIn(PrivatePostgres.ROLE, old)).isFalse();
        }
        assertThat(listed()).hasSize(2);

        completed(backups.recover().orElseThrow());

        assertThat(kept()).isEmpty();
        assertThat(listed()).hasSize(2);
    }

    @Test
    void one_whose_backup_is_gone_is_dumped_again() throws Exception {
        restored(completed(backups.create(BackupType.DATABASE, ALICE)).backupId());
        try (Connection superuser = server.connect(PrivatePostgres.SUPERUSER, kept().get(0))) {
            assertThat(superuser.isValid(1)).isTrue();
            backups.cleanup(ALICE);
        }
        Backup made = listed().get(0);
        assertThat(Path.of(made.path()).toFile().delete()).isTrue();

        backups.cleanup(ALICE);

        assertThat(kept()).isEmpty();
        assertThat(listed()).hasSize(3);
    }

    @Test
    void left_open_by_a_process_that_died_it_is_closed_by_the_next_operation() throws Exception {
        restored(completed(backups.create(BackupType.DATABASE, ALICE)).backupId());
        String old = kept().get(0);
        Repository repository = Repository.open(
                LocalObjectStore.open(folder), SigningKeys.none(), TimeSource.system(), "a-machine-that-died");
        RunningOperation dead = repository.operations().start(Kind.CREATE, BackupType.DATABASE, null, ALICE);
        try (Lease lease = repository.leases().tryAcquire(dead.id()).orElseThrow()) {
            dead.attach(lease);
        }
        RestoreRecovery recovery = new RestoreRecovery(server.config(database), TimeSource.system());
        var neverClosed = recovery.open(recovery.kept().get(0), dead.id(), Map.of());
        assertThat(neverClosed).isNotNull();
        assertThat(getsIn(PrivatePostgres.ROLE, old)).isTrue();

        completed(backups.create(BackupType.DATABASE, ALICE));

        assertThat(getsIn(PrivatePostgres.ROLE, old)).isFalse();
        assertThat(backups.operation(dead.id()).orElseThrow().error()).isEqualTo("lease_lost");
    }

    private BackupManager manager(ObjectStore store) {
        return BackupManager.builder(store)
                .database(server.config(database))
                .signingKeys(List.of(KEY))
                .config(BackupConfig.defaults().withRestore(Mode.SWITCH, Duration.ZERO))
                .build();
    }

    private String restored(String id) {
        return completed(backups.restore(String.valueOf(id), RestoreOptions.defaults(), ALICE))
                .id();
    }

    private OperationStatus completed(OperationStatus begun) {
        OperationStatus ended = backups.await(begun.id());
        assertThat(ended.status()).as(ended.message()).isEqualTo(Status.COMPLETED);
        return ended;
    }

    private List<Backup> listed() {
        return backups.list(BackupQuery.all()).backups();
    }

    private List<String> kept() {
        return server.query(
                "postgres", "SELECT datname FROM pg_database WHERE datname LIKE '" + database + "\\_b\\_%'");
    }

    private boolean getsIn(String role, String name) {
        try (Connection connection = server.connect(role, name)) {
            return connection.isValid(1);
        } catch (SQLException refused) {
            return false;
        }
    }

    private List<String> dress() {
        return server.query(
                "postgres",
                "SELECT concat_ws(' | ', datacl, datconnlimit, shobj_description(d.oid, 'pg_database'), setconfig)"
                        + " FROM pg_database d LEFT JOIN pg_db_role_setting s ON setdatabase = d.oid WHERE datname = '"
                        + database + "'");
    }

    private void sql(String... statements) {
        server.execute(PrivatePostgres.ROLE, database, statements);
    }

    private List<String> rows() {
        return server.query(database, "SELECT title FROM document");
    }
}
