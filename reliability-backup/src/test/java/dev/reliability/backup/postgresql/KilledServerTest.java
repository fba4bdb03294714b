package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.backup.postgresql.RestoreRecovery.Outcome;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.time.TimeSource;
import java.util.Collections;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server is killed with -9 in the middle of a restore, and started again. */
class KilledServerTest {
    private static final String SETTINGS = "SELECT setconfig::text FROM pg_db_role_setting WHERE setdatabase ="
            + " (SELECT oid FROM pg_database WHERE datname = current_database())";

    private static PrivatePostgres server;

    /** What it has logged comes to the disk only when a commit waits for it. */
    @BeforeAll
    static void start() {
        server = PrivatePostgres.create();
        server.execute(
                PrivatePostgres.SUPERUSER,
                "postgres",
                "ALTER SYSTEM SET wal_writer_delay = '10s'",
                "ALTER SYSTEM SET wal_writer_flush_after = '1GB'",
                "SELECT pg_reload_conf()");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void reset() {
        server.execute(
                PrivatePostgres.SUPERUSER,
                "postgres",
                "ALTER ROLE " + PrivatePostgres.ROLE + " RESET synchronous_commit");
    }

    @Test
    void a_server_that_is_killed_during_the_load_leaves_the_live_database() throws Exception {
        String live = TestDatabases.documents(server);
        Dump dump = Dump.of(server.config(live));
        server.execute(PrivatePostgres.ROLE, live, "DELETE FROM documents WHERE id > 7");
        RecordedSteps steps = new RecordedSteps();
        DumpSource killing = () -> {
            server.kill();
            return dump.source().open();
        };
        Throwable failure = catchThrowable(() -> restore(live).switchTo(dump.request("op_crash", killing), steps));
        server.start();
        assertThat(failure).isInstanceOf(BackupException.Unavailable.class);
        assertThat(recovery(live).settle("op_crash", steps.steps())).isEqualTo(Outcome.OLD);
        assertThat(server.query("postgres", "SELECT datname FROM pg_database WHERE datname LIKE '" + live + "%'"))
                .containsExactly(live);
        assertThat(server.query(live, "SELECT count(*) FROM documents")).containsExactly("7");
    }

    @Test
    void a_server_that_is_killed_right_after_the_commit_in_place_leaves_its_read_only_to_settle() throws Exception {
        String live = TestDatabases.documents(server);
        Dump dump = Dump.of(server.config(live));
        RecordedSteps steps = new RecordedSteps();
        RestoreResult result =
                restore(live).inPlace(dump.readOnly("op_committed"), killingAt(RestoreSteps.COMMITTED, steps));
        server.start();
        assertThat(result.settled()).isFalse();
        assertThat(result.unusable()).startsWith("the database is still read only");
        assertThat(server.query(live, SETTINGS)).containsExactly("{default_transaction_read_only=on}");
        assertThat(recovery(live).settle("op_committed", steps.steps())).isEqualTo(Outcome.NEW);
        assertThat(server.query(live, SETTINGS)).isEmpty();
    }

    @Test
    void a_transaction_whose_server_is_killed_before_its_commit_is_not_taken_for_a_later_one() throws Exception {
        String live = TestDatabases.documents(server);
        Dump dump = Dump.of(server.config(live));
        server.execute(PrivatePostgres.ROLE, live, "DELETE FROM documents WHERE id > 7");
        RecordedSteps steps = new RecordedSteps();
        Throwable failure = catchThrowable(
                () -> restore(live).inPlace(dump.request("op_lost"), killingAt(RestoreSteps.COMMITTING, steps)));
        server.start();
        assertThat(failure).isInstanceOf(BackupException.Unavailable.class);
        for (int later = 0; later < 2; later++) {
            assertThat(recovery(live).settle("op_lost", steps.steps())).isEqualTo(Outcome.OLD);
            assertThat(server.query(live, "SELECT count(*) FROM documents")).containsExactly("7");
            server.execute(
                    PrivatePostgres.ROLE,
                    live,
                    Collections.nCopies(100, "SELECT pg_current_xact_id()").toArray(new String[0]));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {RestoreSteps.SWITCHED, RestoreSteps.COMMITTED})
    void what_is_on_record_as_committed_survives_the_server_whatever_the_role_accepts(String killedAt)
            throws Exception {
        server.execute(
                PrivatePostgres.SUPERUSER,
                "postgres",
                "ALTER ROLE " + PrivatePostgres.ROLE + " SET synchronous_commit = off");
        String live = TestDatabases.documents(server);
        Dump dump = Dump.of(server.config(live));
        server.execute(PrivatePostgres.SUPERUSER, live, "DELETE FROM documents WHERE id > 7");
        RestoreSteps steps = killingAt(killedAt, new RecordedSteps());
        if (killedAt.equals(RestoreSteps.SWITCHED)) {
            restore(live).switchTo(dump.request("op_kept"), steps);
        } else {
            restore(live).inPlace(dump.request("op_kept"), steps);
        }

        server.start();
        assertThat(server.query(live, "SELECT count(*) FROM documents")).containsExactly("1000");
    }

    private static RestoreSteps killingAt(String step, RecordedSteps recorded) {
        return (name, details) -> {
            recorded.step(name, details);
            if (name.equals(step)) {
                server.kill();
            }
        };
    }

    private static PostgreSQLRestore restore(String live) {
        return new PostgreSQLRestore(server.config(live), TimeSource.system());
    }

    private static RestoreRecovery recovery(String live) {
        return new RestoreRecovery(server.config(live), TimeSource.system());
    }
}
