package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.reliability.backup.manifest.Compression;
import dev.reliability.backup.postgresql.PostgreSQLConfig;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.backup.RestoreOptions.Risk;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A database whose rows name objects, backed up and restored as one. */
@ExtendWith(PrivatePostgres.Shared.class)
class FullBackupsTest {
    private static final Caller ALICE = new Caller("alice");

    private final PrivatePostgres server;

    @TempDir
    Path folder;

    private String database = "";
    private ObjectStore objects;
    private BackupManager backups;

    FullBackupsTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void open() throws IOException {
        database = server.createDatabase();
        objects = LocalObjectStore.open(folder.resolve("objects"));
        backups = manager(server.config(database), Duration.ofHours(24));
        sql("CREATE TABLE document (key text PRIMARY KEY, title text)");
        for (int i = 0; i < 10; i++) {
            add("key-" + i, "title " + i);
        }
    }

    @AfterEach
    void close() {
        backups.close();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void rowsAndObjectsComeBackTogether_andWhatCameLaterIsGoneAsRowAndStaysAsObject(Mode mode) throws Exception {
        String id = completed(BackupType.FULL);
        sql("DELETE FROM document WHERE key < 'key-5'", "UPDATE document SET title = 'changed'");
        objects.delete("key-1");
        put("key-7", "overwritten");
        add("key-later", "later");

        OperationStatus restored =
                backups.await(backups.restore(id, mode(mode), ALICE).id());

        assertThat(restored.status()).as(restored.message()).isEqualTo(Status.COMPLETED);
        assertThat(rows())
                .containsExactly(
                        "key-0 title 0",
                        "key-1 title 1",
                        "key-2 title 2",
                        "key-3 title 3",
                        "key-4 title 4",
                        "key-5 title 5",
                        "key-6 title 6",
                        "key-7 title 7",
                        "key-8 title 8",
                        "key-9 title 9");
        assertThat(get("key-1")).isEqualTo("content of key-1");
        assertThat(get("key-7")).isEqualTo("content of key-7");
        assertThat(get("key-later")).isEqualTo("content of key-later");
    }

    @Test
    void aBackup_hasTheGuidesFiles() throws Exception {
        String full = completed(BackupType.FULL);
        String alone = completed(BackupType.DATABASE);

        assertThat(folder.resolve("backups/database/backup_" + alone + ".sql.gz"))
                .isRegularFile();
        assertThat(folder.resolve("backups/database/backup_" + alone + ".json")).isRegularFile();
        assertThat(filesOf(full))
                .containsExactlyInAnyOrder(
                        "manifest.json", "database.sql.gz", "globals.sql.gz", "objects.jsonl.gz", "refs.gz");
        assertThat(backups.find(alone).map(Backup::path))
                .contains(folder.resolve("backups/database/backup_" + alone + ".sql.gz")
                        .toString());
    }

    @Test
    void backupsInZstdLieBesideThoseInGzip_andEitherIsRestoredByItsPathAndDeleted() throws Exception {
        String inGzip = completed(BackupType.FULL);
        backups.close();
        backups = manager(
                server.config(database),
                BackupConfig.defaults().withRestore(Mode.SWITCH, Duration.ZERO).withCompression(Compression.ZSTD));
        String full = completed(BackupType.FULL);
        String alone = completed(BackupType.DATABASE);

        Path dump = folder.resolve("backups/database/backup_" + alone + ".sql.zst");
        assertThat(dump).isRegularFile();
        assertThat(filesOf(full))
                .containsExactlyInAnyOrder(
                        "manifest.json", "database.sql.zst", "globals.sql.zst", "objects.jsonl.zst", "refs.gz");
        assertThat(backups.find(alone).map(Backup::path)).contains(dump.toString());
        for (Path path : List.of(
                dump,
                folder.resolve("backups/full/" + full + "/database.sql.zst"),
                folder.resolve("backups/full/" + inGzip))) {
            sql("DELETE FROM document");
            OperationStatus restored = backups.await(
                    backups.restoreFile(path, RestoreOptions.defaults(), ALICE).id());
            assertThat(restored.status()).as(restored.message()).isEqualTo(Status.COMPLETED);
            assertThat(rows()).hasSize(10);
        }
        for (String id : List.of(inGzip, full, alone)) {
            backups.delete(id, ALICE);
        }
        assertThat(dump).doesNotExist();
        assertThat(folder.resolve("backups/full/" + full + "/database.sql.zst")).doesNotExist();
        assertThat(folder.resolve("backups/full/" + inGzip + "/database.sql.gz"))
                .doesNotExist();
    }

    @Test
    void aRowWithoutItsObject_makesTheBackupIncomplete_andItIsRestoredOnlyWhenAccepted() throws Exception {
        objects.delete("key-3");

        OperationStatus made =
                backups.await(backups.create(BackupType.FULL, ALICE).id());

        assertThat(made.status()).isEqualTo(Status.INCOMPLETE);
        String id = String.valueOf(made.backupId());
        assertThat(backups.find(id).map(Backup::status)).contains(BackupStatus.INCOMPLETE);
        assertThatThrownBy(() -> backups.restore(id, RestoreOptions.defaults(), ALICE))
                .isInstanceOfSatisfying(
                        BackupException.Refused.class,
                        refused ->
                                assertThat(refused.reasons()).anyMatch(reason -> reason.contains("accept=incomplete")));
        RestoreOptions accepted = new RestoreOptions(null, false, false, Set.of(Risk.INCOMPLETE));
        assertThat(backups.await(backups.restore(id, accepted, ALICE).id()).status())
                .isEqualTo(Status.COMPLETED);
    }

    @Test
    void aReplacedDatabase_isKeptClosed_andDroppedByTheNextRestoreAfterItsTime() throws Exception {
        String id = completed(BackupType.DATABASE);
        assertThat(backups.await(backups.restore(id, mode(Mode.SWITCH), ALICE).id())
                        .status())
                .isEqualTo(Status.COMPLETED);

        List<String> kept = databasesLike(database + "\\_b\\_%");
        assertThat(kept).hasSize(1);
        assertThatThrownBy(
                        () -> server.connect(PrivatePostgres.ROLE, kept.get(0)).close())
                .isInstanceOf(SQLException.class);

        try (BackupManager impatient = manager(server.config(database), Duration.ZERO)) {
            OperationStatus tidied =
                    impatient.await(impatient.recover().orElseThrow().id());
            assertThat(tidied.status()).as(tidied.message()).isEqualTo(Status.COMPLETED);
            assertThat(databasesLike(database + "\\_b\\_%")).isEmpty();
            assertThat(impatient.recover()).isEmpty();
        }
    }

    @Test
    void aForeignDump_isLoadedOnlyWhenTrusted_plainOrCompressed() throws Exception {
        Path plain = Files.writeString(
                folder.resolve("foreign.sql"),
                "CREATE TABLE foreign_table (a int);\nINSERT INTO foreign_table VALUES (42);\n"
                        + "--\n-- PostgreSQL database dump complete\n--\n\n");
        Path gzip = folder.resolve("foreign.sql.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
            Files.copy(plain, out);
        }
        Path zstd = Files.write(folder.resolve("foreign.sql.zst"), Zstd.compress(Files.readAllBytes(plain)));
        for (Path file : List.of(plain, gzip, zstd)) {
            assertThatThrownBy(() -> backups.restoreFile(file, RestoreOptions.defaults(), ALICE))
                    .isInstanceOf(BackupException.Refused.class);
            RestoreOptions trusted = new RestoreOptions(null, false, false, Set.of(Risk.UNTRUSTED));
            OperationStatus restored =
                    backups.await(backups.restoreFile(file, trusted, ALICE).id());
            assertThat(restored.status()).as(restored.message()).isEqualTo(Status.COMPLETED);
            assertThat(server.query(database, "SELECT a FROM foreign_table")).containsExactly("42");
        }
    }

    @Test
    void withAWrongPassword_nothingBegins() throws Exception {
        PostgreSQLConfig right = server.config(database);
        PostgreSQLConfig wrong = PostgreSQLConfig.builder()
                .host(right.host())
                .port(right.port())
                .user(right.user())
                .password("wrong")
                .database(database)
                .build();
        try (BackupManager refused = manager(wrong, Duration.ofHours(24))) {
            assertThatThrownBy(() -> refused.create(BackupType.DATABASE, ALICE))
                    .isInstanceOf(BackupException.Unavailable.class)
                    .hasMessageContaining("password")
                    .hasMessageNotContaining(right.password());
            assertThat(refused.list(BackupQuery.all()).count()).isZero();
        }
    }

    private static RestoreOptions mode(Mode mode) {
        return new RestoreOptions(mode, false, false, Set.of());
    }

    private String completed(BackupType type) {
        OperationStatus made = backups.await(backups.create(type, ALICE).id());
        assertThat(made.status()).as(made.message()).isEqualTo(Status.COMPLETED);
        return String.valueOf(made.backupId());
    }

    private List<String> filesOf(String full) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("backups/full/" + full))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private BackupManager manager(PostgreSQLConfig config, Duration undo) throws IOException {
        return manager(config, BackupConfig.defaults().withRestore(Mode.SWITCH, undo));
    }

    private BackupManager manager(PostgreSQLConfig config, BackupConfig behaviour) throws IOException {
        return BackupManager.builder(LocalObjectStore.open(folder.resolve("backups")))
                .database(config)
                .objects(objects, FullBackupsTest::keys)
                .signingKeys(List.of("a signing key of at least 32 bytes"))
                .config(behaviour)
                .build();
    }

    private static Stream<String> keys(Connection connection) throws SQLException {
        List<String> keys = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT key FROM document")) {
            while (rows.next()) {
                keys.add(rows.getString(1));
            }
        }
        return keys.stream();
    }

    private void add(String key, String title) throws IOException {
        put(key, "content of " + key);
        sql("INSERT INTO document VALUES ('" + key + "', '" + title + "')");
    }

    private void sql(String... statements) {
        server.execute(PrivatePostgres.ROLE, database, statements);
    }

    private List<String> rows() {
        return server.query(database, "SELECT key || ' ' || title FROM document ORDER BY key");
    }

    private List<String> databasesLike(String pattern) {
        return server.query(database, "SELECT datname FROM pg_database WHERE datname LIKE '" + pattern + "'");
    }

    private void put(String key, String text) throws IOException {
        objects.put(key, ObjectAttributes.NONE, ObjectBody.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    private String get(String key) throws IOException {
        try (InputStream in = objects.get(key)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
