package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.storage.LocalObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a cancelled operation leaves on a real server: nothing. */
@ExtendWith(PrivatePostgres.Shared.class)
@Timeout(60)
class DatabaseCancelTest {
    private static final Caller ALICE = new Caller("alice");
    private static final Caller BOB = new Caller("bob");

    private final PrivatePostgres server;

    @TempDir
    Path folder;

    private String database = "";
    private BackupManager backups;

    DatabaseCancelTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void open() throws IOException {
        database = server.createDatabase();
        backups = BackupManager.builder(LocalObjectStore.open(folder))
                .database(server.config(database))
                .build();
    }

    @AfterEach
    void close() {
        backups.close();
    }

    @Test
    void aBackupWhosePgDumpWaitsForALock_isCancelled_andNoSessionIsLeft() throws Exception {
        sql("CREATE TABLE locked (a int)");
        try (Connection application = server.connect(PrivatePostgres.ROLE, database);
                Statement statement = application.createStatement()) {
            application.setAutoCommit(false);
            statement.execute("LOCK TABLE locked IN ACCESS EXCLUSIVE MODE");
            String operation = backups.create(BackupType.DATABASE, ALICE).id();
            awaitWaitingSession(operation, "Lock");

            assertThat(backups.cancel(operation, BOB)).isTrue();

            assertCancelled(backups.await(operation));
            assertThat(sessionsOf(operation)).isEmpty();
        }
        assertThat(backups.list(BackupQuery.all()).count()).isZero();
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile).map(folder::relativize))
                    .noneMatch(file -> file.startsWith("database") || file.startsWith(".store"));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void aRestoreThatLoads_isCancelled_andTheLiveDatabaseIsAsItWas(Mode mode) throws Exception {
        // Slow for whoever loads it, and for nobody else.
        sql("""
                CREATE FUNCTION slow_for_operations(a int) RETURNS boolean LANGUAGE plpgsql AS $$
                BEGIN
                    IF current_setting('application_name') LIKE 'op\\_%' THEN PERFORM pg_sleep(60); END IF;
                    RETURN true;
                END $$""", "CREATE TABLE slow (a int CHECK (slow_for_operations(a)))", "INSERT INTO slow VALUES (1)");
        String id = String.valueOf(
                backups.await(backups.create(BackupType.DATABASE, ALICE).id()).backupId());
        sql("INSERT INTO slow VALUES (2)");
        String restore = backups.restore(id, new RestoreOptions(mode, false, false, Set.of()), ALICE)
                .id();
        awaitWaitingSession(restore, "Timeout");

        assertThat(backups.cancel(restore, BOB)).isTrue();

        assertCancelled(backups.await(restore));
        assertThat(sessionsOf(restore)).isEmpty();
        assertThat(server.query(database, "SELECT a FROM slow ORDER BY a")).containsExactly("1", "2");
        assertThat(server.query(
                        database, "SELECT datname FROM pg_database WHERE datname LIKE '" + database + "\\__\\_%'"))
                .isEmpty();
    }

    private static void assertCancelled(OperationStatus ended) {
        assertThat(ended.status()).as(ended.message()).isEqualTo(Status.CANCELLED);
        assertThat(ended.message()).isEqualTo("cancelled by bob");
    }

    private void awaitWaitingSession(String operation, String waitsFor) {
        String query = "SELECT 1 FROM pg_stat_activity WHERE application_name = '" + operation
                + "' AND wait_event_type = '" + waitsFor + "'";
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> !server.query(database, query).isEmpty());
    }

    private List<String> sessionsOf(String operation) {
        return server.query(database, "SELECT pid FROM pg_stat_activity WHERE application_name = '" + operation + "'");
    }

    private void sql(String... statements) {
        server.execute(PrivatePostgres.ROLE, database, statements);
    }
}
