package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.encryption.AgeKeys;
import dev.reliability.backup.encryption.Identities;
import dev.reliability.backup.encryption.Recipients;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.backup.repository.Finding;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.backup.VerifyLevel;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The verification of backups by test restores, as a caller sees it. */
@ExtendWith(PrivatePostgres.Shared.class)
class RehearsalTest {
    private static final Caller ALICE = new Caller("alice");
    private static final String KEY = "a signing key of at least 32 bytes";

    private final PrivatePostgres server;

    @TempDir
    Path folder;

    private Path testRestores;
    private String database = "";
    private final List<Finding> findings = Collections.synchronizedList(new ArrayList<>());

    RehearsalTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void fill() throws IOException {
        database = server.createDatabase();
        server.execute(
                PrivatePostgres.ROLE,
                database,
                "CREATE TABLE words (id int PRIMARY KEY, word text)",
                "INSERT INTO words VALUES (1, 'one'), (2, 'two'), (3, 'three')");
        LocalObjectStore.open(folder.resolve("objects"))
                .put("one.txt", ObjectAttributes.NONE, ObjectBody.of("content".getBytes(StandardCharsets.UTF_8)));
        testRestores = Files.createTempDirectory("rt");
        Files.setPosixFilePermissions(testRestores, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(testRestores).isEmptyDirectory();
        Files.delete(testRestores);
    }

    @Test
    void a_backup_that_restores_is_said_to_and_the_list_knows_since_when() throws Exception {
        try (BackupManager backups = builder().build()) {
            String id = make(backups, BackupType.FULL);
            OperationStatus ended = verify(backups, id, VerifyLevel.TEST_RESTORE);

            assertThat(ended.status()).as(ended.message()).isEqualTo(Status.COMPLETED);
            assertThat(ended.message())
                    .contains("restored into a PostgreSQL of its own, where 3 rows in 1 tables are what was backed up");
            assertThat(findings).isEmpty();
            Backup listed = backups.find(id).orElseThrow();
            assertThat(listed.verifiedLevel()).isEqualTo(VerifyLevel.TEST_RESTORE);
            assertThat(listed.verifiedAt()).isNotNull();
            verify(backups, id, VerifyLevel.STORED_BYTES);
            assertThat(backups.find(id).orElseThrow())
                    .as("a lower proof takes nothing away")
                    .isEqualTo(listed);
        }
    }

    @Test
    void no_server_is_asked_also_when_the_live_one_is_gone() throws Exception {
        PrivatePostgres other = PrivatePostgres.create();
        try (BackupManager backups = builder(other).build()) {
            String id = make(backups, BackupType.DATABASE);
            other.stop();

            OperationStatus ended = verify(backups, id, VerifyLevel.TEST_RESTORE);

            assertThat(ended.status()).as(ended.message()).isEqualTo(Status.COMPLETED);
        } finally {
            other.close();
        }
    }

    @Test
    void a_backup_that_restores_without_error_but_lacks_a_row_is_found() throws Exception {
        try (BackupManager backups = builder().build()) {
            String id = make(backups, BackupType.DATABASE);
            plant(id, dump -> dump.replace("2\ttwo\n", ""));
            assertThat(verify(backups, id, VerifyLevel.STORED_BYTES).status())
                    .as("its bytes are those of its manifest")
                    .isEqualTo(Status.COMPLETED);

            OperationStatus ended = verify(backups, id, VerifyLevel.TEST_RESTORE);

            assertThat(ended.status()).isEqualTo(Status.FAILED);
            assertThat(ended.error()).isEqualTo("damaged");
            assertThat(findings).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(Finding.Kind.UNRESTORABLE);
                assertThat(finding.key()).contains(id);
                assertThat(finding.words()).contains("public.words has 2 rows instead of 3");
            });
            assertThat(backups.find(id).orElseThrow().verifiedLevel()).isEqualTo(VerifyLevel.STORED_BYTES);
        }
    }

    @Test
    void a_backup_whose_sql_no_server_takes_is_found_with_its_line() throws Exception {
        try (BackupManager backups = builder().build()) {
            String id = make(backups, BackupType.DATABASE);
            plant(id, dump -> dump.replace("CREATE TABLE public.words", "CREATE TABEL public.words"));

            OperationStatus ended = verify(backups, id, VerifyLevel.TEST_RESTORE);

            assertThat(ended.error()).as(ended.message()).isEqualTo("damaged");
            assertThat(findings)
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.words()).contains("syntax error at or near \"TABEL\""));
        }
    }

    @Test
    void of_a_repository_all_backups_are_restored() throws Exception {
        try (BackupManager backups = builder().build()) {
            String whole = make(backups, BackupType.FULL);
            String planted = make(backups, BackupType.DATABASE);
            String objects = make(backups, BackupType.STORAGE);
            plant(planted, dump -> dump.replace("2\ttwo\n", ""));

            OperationStatus ended =
                    backups.await(backups.verifyRepository(VerifyLevel.TEST_RESTORE, ALICE, findings::add)
                            .id());

            assertThat(ended.error()).as(ended.message()).isEqualTo("damaged");
            assertThat(findings)
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.key()).contains(planted));
            assertThat(backups.find(whole).orElseThrow().verifiedLevel()).isEqualTo(VerifyLevel.TEST_RESTORE);
            assertThat(backups.find(objects).orElseThrow().verifiedLevel()).isEqualTo(VerifyLevel.TEST_RESTORE);
            assertThat(backups.find(planted).orElseThrow().verifiedLevel()).isNull();
        }
    }

    @Test
    void a_backup_that_nobody_of_us_has_signed_is_not_loaded_not_even_for_a_test() throws Exception {
        String id;
        try (BackupManager others = builder()
                .signingKeys(List.of("another signing key of at least 32 bytes"))
                .build()) {
            id = make(others, BackupType.DATABASE);
        }
        try (BackupManager backups = builder().build()) {
            assertThatThrownBy(() -> backups.verify(id, VerifyLevel.TEST_RESTORE, ALICE))
                    .isInstanceOfSatisfying(
                            BackupException.Refused.class,
                            refused -> assertThat(refused.reasons().toString())
                                    .contains("its SQL would run on this machine", "level 1"));
        }
    }

    @Test
    void an_encrypted_backup_is_restored_with_its_identity_and_refused_without() throws Exception {
        Path identity = AgeKeys.make(folder.resolve("identity.txt"));
        BackupManagerBuilder encrypting = builder().encryption(Recipients.of(List.of(AgeKeys.recipient(identity))));
        String id;
        try (BackupManager backups = encrypting.build()) {
            id = make(backups, BackupType.FULL);

            assertThatThrownBy(() -> backups.verify(id, VerifyLevel.TEST_RESTORE, ALICE))
                    .isInstanceOf(BackupException.Refused.class)
                    .hasMessageContaining("can not be read here");
        }
        try (BackupManager backups =
                builder().identities(Identities.read(identity)).build()) {
            OperationStatus ended = verify(backups, id, VerifyLevel.TEST_RESTORE);

            assertThat(ended.status()).as(ended.message()).isEqualTo(Status.COMPLETED);
            assertThat(ended.message()).contains("3 rows in 1 tables");
        }
    }

    @Test
    void a_test_restore_that_is_cancelled_leaves_no_server_and_no_fact() throws Exception {
        server.execute(
                PrivatePostgres.ROLE,
                database,
                """
                CREATE FUNCTION slow(a int) RETURNS boolean LANGUAGE plpgsql AS $$
                BEGIN
                    IF current_setting('application_name') LIKE 'op\\_%' THEN PERFORM pg_sleep(300); END IF;
                    RETURN true;
                END $$""",
                "CREATE TABLE waiting (a int CHECK (slow(a)))",
                "INSERT INTO waiting VALUES (1)");
        try (BackupManager backups = builder().build()) {
            String id = make(backups, BackupType.DATABASE);
            String operation = backups.verify(id, VerifyLevel.TEST_RESTORE, ALICE, findings::add)
                    .id();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() ->
                            backups.operation(operation).orElseThrow().phase().equals("loading"));

            assertThat(backups.cancel(operation, ALICE)).isTrue();

            assertThat(backups.await(operation).status()).isEqualTo(Status.CANCELLED);
            assertThat(backups.find(id).orElseThrow().verifiedLevel()).isNull();
        }
    }

    private void plant(String id, UnaryOperator<String> change) throws Exception {
        PlantedDump.into(folder.resolve("backups"), BackupType.DATABASE, id, KEY, change);
    }

    private String make(BackupManager backups, BackupType type) {
        OperationStatus ended = backups.await(backups.create(type, ALICE).id());
        assertThat(ended.status()).as(ended.message()).isEqualTo(Status.COMPLETED);
        return String.valueOf(ended.backupId());
    }

    private OperationStatus verify(BackupManager backups, String id, VerifyLevel level) {
        return backups.await(backups.verify(id, level, ALICE, findings::add).id());
    }

    private BackupManagerBuilder builder() throws IOException {
        return builder(server);
    }

    private BackupManagerBuilder builder(PrivatePostgres from) throws IOException {
        if (from != server) {
            database = from.createDatabase();
            from.execute(PrivatePostgres.ROLE, database, "CREATE TABLE t AS SELECT generate_series(1, 5) AS a");
        }
        return BackupManager.builder(LocalObjectStore.open(folder.resolve("backups")))
                .database(from.config(database))
                .objects(LocalObjectStore.open(folder.resolve("objects")), null)
                .testRestores(testRestores)
                .signingKeys(List.of(KEY));
    }
}
