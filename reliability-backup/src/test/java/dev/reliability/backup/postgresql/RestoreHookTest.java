package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.RestoreHook;
import dev.reliability.core.time.TimeSource;
import java.io.InterruptedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an application may do with a restored database before it goes live. */
@ExtendWith(PrivatePostgres.Shared.class)
@Timeout(60)
class RestoreHookTest {
    private final PrivatePostgres server;
    private final RecordedSteps steps = new RecordedSteps();
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    RestoreHookTest(PrivatePostgres server) {
        this.server = server;
    }

    @Test
    void it_makes_the_restored_database_ready_while_the_live_one_serves() throws Exception {
        String live = TestDatabases.documents(server);
        Dump dump = Dump.of(server.config(live));
        server.execute(PrivatePostgres.ROLE, live, "DELETE FROM documents");

        restore(live, new Hook() {
                    @Override
                    public void prepare(DataSource restored) throws SQLException {
                        super.prepare(restored);
                        assertThat(server.query(live, "SELECT count(*) FROM documents"))
                                .containsExactly("0");
                        execute(restored, "ALTER TABLE documents ADD COLUMN of_the_newer_version int DEFAULT 7");
                    }
                })
                .switchTo(dump.request("op_1"), steps);

        assertThat(calls).containsExactly("check", "prepare");
        assertThat(server.query(live, "SELECT DISTINCT of_the_newer_version FROM documents"))
                .containsExactly("7");
    }

    @Test
    void what_it_does_not_take_is_not_restored_and_the_live_database_is_as_it_was() throws Exception {
        String live = TestDatabases.documents(server);
        Dump dump = Dump.of(server.config(live));
        server.execute(PrivatePostgres.ROLE, live, "DELETE FROM documents");

        BackupException.Refused refused = catchThrowableOfType(
                BackupException.Refused.class,
                () -> restore(live, new Hook() {
                            @Override
                            public void check(DataSource restored) throws SQLException {
                                super.check(restored);
                                throw new IllegalStateException("its schema is of a newer version");
                            }
                        })
                        .switchTo(dump.request("op_2"), steps));

        assertThat(refused.reasons()).containsExactly("its schema is of a newer version");
        assertThat(calls).containsExactly("check");
        assertThat(server.query(live, "SELECT count(*) FROM documents")).containsExactly("0");
        assertThat(databasesLike(live)).containsExactly(live);
    }

    @Test
    void an_error_of_the_applications_ends_the_restore_too() throws Exception {
        String live = TestDatabases.documents(server);
        Dump dump = Dump.of(server.config(live));

        assertThatThrownBy(() -> restore(live, new Hook() {
                            @Override
                            public void prepare(DataSource restored) {
                                throw new NoClassDefFoundError("org/example/Migration");
                            }
                        })
                        .switchTo(dump.request("op_3"), steps))
                .isInstanceOfSatisfying(
                        BackupException.Refused.class,
                        refused -> assertThat(refused.reasons()).containsExactly("org/example/Migration"));
        assertThat(databasesLike(live)).containsExactly(live);
    }

    @Test
    void cancelled_while_it_works_nothing_of_it_is_left() throws Exception {
        String live = TestDatabases.documents(server);
        Dump dump = Dump.of(server.config(live));
        CompletableFuture<String> ended = new CompletableFuture<>();
        CompletableFuture<Exception> outcome = new CompletableFuture<>();
        Thread restoring = new Thread(() -> {
            try {
                restore(live, new Hook() {
                            @Override
                            public void prepare(DataSource restored) {
                                try {
                                    execute(restored, "SELECT pg_sleep(300)");
                                    ended.complete("slept");
                                } catch (SQLException cut) {
                                    ended.complete(String.valueOf(cut.getSQLState()));
                                }
                            }
                        })
                        .switchTo(dump.request("op_4"), steps);
                outcome.completeExceptionally(new AssertionError("it was restored"));
            } catch (Exception failed) {
                outcome.complete(failed);
            }
        });
        restoring.start();
        Awaitility.await()
                .until(() -> !server.query(
                                "postgres",
                                "SELECT 1 FROM pg_stat_activity WHERE application_name = 'op_4'"
                                        + " AND query LIKE '%pg_sleep(300)' AND state = 'active'")
                        .isEmpty());

        restoring.interrupt();

        assertThat(outcome.get()).isInstanceOf(InterruptedIOException.class);
        assertThat(ended.get()).as("the server has ended its session").isEqualTo("57P01");
        assertThat(databasesLike(live)).containsExactly(live);
    }

    @Test
    void in_place_it_is_called_after_the_commit_and_what_it_does_not_take_is_told() throws Exception {
        String live = TestDatabases.documents(server);
        Dump dump = Dump.of(server.config(live));
        server.execute(PrivatePostgres.ROLE, live, "DELETE FROM documents");

        RestoreResult result = restore(live, new Hook() {
                    @Override
                    public void prepare(DataSource restored) throws SQLException {
                        super.prepare(restored);
                        // Not possible while the database is read only.
                        execute(restored, "CREATE TABLE migrated (id int)");
                        throw new SQLException("the second step failed");
                    }
                })
                .inPlace(dump.readOnly("op_5"), steps);

        assertThat(calls).containsExactly("check", "prepare");
        assertThat(result.unusable())
                .isEqualTo("the application does not take the restored database: the second step failed");
        assertThat(server.query(live, "SELECT count(*) FROM documents")).containsExactly("1000");
        assertThat(server.query(live, "SELECT to_regclass('migrated')::text")).containsExactly("migrated");
        assertThat(server.query(live, "SHOW default_transaction_read_only")).containsExactly("off");
    }

    @Test
    void whatever_it_fails_by_a_restore_in_place_that_is_committed_is_none_that_failed() throws Exception {
        String live = TestDatabases.documents(server);
        Dump dump = Dump.of(server.config(live));
        server.execute(PrivatePostgres.ROLE, live, "DELETE FROM documents");

        RestoreResult result = restore(live, new Hook() {
                    @Override
                    public void prepare(DataSource restored) {
                        throw new BackupException.Unavailable(
                                "its licence server is away", Duration.ofSeconds(1), null);
                    }
                })
                .inPlace(dump.request("op_6"), steps);

        assertThat(result.unusable()).contains("its licence server is away");
        assertThat(server.query(live, "SELECT count(*) FROM documents")).containsExactly("1000");
    }

    /** Notes its calls, and that it was given the restored rows. */
    private class Hook implements RestoreHook {
        @Override
        public void check(DataSource restored) throws SQLException {
            calls.add("check");
            execute(restored, "SELECT 1 / count(*) FROM documents");
        }

        @Override
        public void prepare(DataSource restored) throws SQLException {
            calls.add("prepare");
        }
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection()) {
            ServerSessions.execute(connection, sql);
        }
    }

    private PostgreSQLRestore restore(String live, RestoreHook hook) {
        return new PostgreSQLRestore(server.config(live), TimeSource.system(), hook);
    }

    private List<String> databasesLike(String name) {
        return server.query("postgres", "SELECT datname FROM pg_database WHERE datname LIKE '" + name + "%'");
    }
}
