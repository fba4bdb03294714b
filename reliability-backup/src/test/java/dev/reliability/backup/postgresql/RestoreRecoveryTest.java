package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.postgresql.RestoreRecovery.KeptDatabase;
import dev.reliability.backup.postgresql.RestoreRecovery.Outcome;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(PrivatePostgres.Shared.class)
class RestoreRecoveryTest {
    private final PrivatePostgres server;
    private Dump dump = new Dump(null, "");

    RestoreRecoveryTest(PrivatePostgres server) {
        this.server = server;
    }

    /** What a process leaves that is killed just after it wrote down the step. */
    @ParameterizedTest
    @ValueSource(
            strings = {RestoreSteps.READ_ONLY, RestoreSteps.SCRATCH_CREATED, RestoreSteps.LOADED, RestoreSteps.SWITCHING
            })
    void a_switch_that_was_not_committed_is_undone(String killedAt) throws IOException {
        String live = changedSince();
        Map<String, Map<String, String>> steps = killed(live, "op_20260101_000000_000001", killedAt);
        leaveBehind(live, steps);

        for (int time = 0; time < 2; time++) {
            assertThat(recovery(live).settle("op_20260101_000000_000001", steps))
                    .isEqualTo(Outcome.OLD);
            assertThat(databases(live)).containsExactly(live);
            assertThat(server.query(live, "SELECT count(*) FROM documents")).containsExactly("7");
            assertThat(server.query(live, "SHOW default_transaction_read_only")).containsExactly("off");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {RestoreSteps.SWITCHED, RestoreSteps.CLOSED})
    void a_switch_that_was_committed_stays(String killedAt) throws IOException {
        String live = changedSince();
        Map<String, Map<String, String>> steps = killed(live, "op_20260101_000000_000002", killedAt);
        // The step after COMMIT may not have been written either.
        steps.remove(RestoreSteps.SWITCHED);
        steps.remove(RestoreSteps.CLOSED);

        for (int time = 0; time < 2; time++) {
            assertThat(recovery(live).settle("op_20260101_000000_000002", steps))
                    .isEqualTo(Outcome.NEW);
            assertThat(databases(live)).containsExactly(live, live + "_b_20260101_000000_000002");
            assertThat(server.query(live, "SELECT count(*) FROM documents")).containsExactly("1000");
            assertThat(server.query(live, "SHOW default_transaction_read_only")).containsExactly("off");
        }
    }

    @Test
    void a_committed_switch_is_known_when_the_kept_database_is_gone_or_there_was_none() throws IOException {
        String live = TestDatabases.documents(server);
        Dump dump = Dump.of(server.config(live));
        server.execute(PrivatePostgres.SUPERUSER, "postgres", "DROP DATABASE " + live);
        RecordedSteps steps = new RecordedSteps(RestoreSteps.SWITCHED);
        assertKilled(() -> restore(live).switchTo(dump.request("op_none_before"), steps));
        steps.steps().remove(RestoreSteps.SWITCHED);
        assertThat(recovery(live).settle("op_none_before", steps.steps())).isEqualTo(Outcome.NEW);
    }

    @Test
    void a_restore_in_place_is_asked_for_its_transaction() throws IOException {
        String live = changedSince();
        RecordedSteps uncommitted = new RecordedSteps(RestoreSteps.COMMITTING);
        assertKilled(() -> restore(live).inPlace(dump.readOnly("op_not_committed"), uncommitted));
        leaveBehind(live, uncommitted.steps());
        assertThat(recovery(live).settle("op_not_committed", uncommitted.steps()))
                .isEqualTo(Outcome.OLD);
        assertThat(server.query(live, "SELECT count(*) FROM documents")).containsExactly("7");
        assertThat(server.query(live, "SHOW default_transaction_read_only")).containsExactly("off");

        RecordedSteps committed = new RecordedSteps(RestoreSteps.COMMITTED);
        assertKilled(() -> restore(live).inPlace(dump.request("op_committed"), committed));
        committed.steps().remove(RestoreSteps.COMMITTED);
        assertThat(recovery(live).settle("op_committed", committed.steps())).isEqualTo(Outcome.NEW);
    }

    @Test
    void nothing_that_was_begun_is_nothing_to_undo() throws IOException {
        String live = server.createDatabase();
        assertThat(recovery(live).settle("op_only_begun", Map.of())).isEqualTo(Outcome.OLD);
    }

    @Test
    void orphaned_sessions_are_ended_and_others_are_not() throws SQLException {
        String live = server.createDatabase();
        try (Connection orphan = server.config(live).open(live, "op_orphan");
                Connection other = server.config(live).open(live, "op_other")) {
            assertThat(recovery(live).endSessions("op_orphan")).isEqualTo(1);
            assertThat(orphan.isValid(1)).isFalse();
            assertThat(other.isValid(1)).isTrue();
            assertThat(recovery(live).endSessions("op_orphan")).isZero();
        }
    }

    @Test
    void kept_databases_are_listed_and_dropped() throws IOException {
        String live = changedSince();
        restore(live).switchTo(dump.request("op_first"), new RecordedSteps());
        restore(live).switchTo(dump.request("op_second"), new RecordedSteps());
        RestoreRecovery recovery = recovery(live);

        List<KeptDatabase> kept = recovery.kept();
        assertThat(kept)
                .extracting(KeptDatabase::name)
                .containsExactlyInAnyOrder(live + "_b_first", live + "_b_second");
        assertThat(kept).allSatisfy(database -> {
            assertThat(database.age()).isBetween(Duration.ofSeconds(-2), Duration.ofMinutes(2));
            assertThat(database.bytes()).isPositive();
        });

        KeptDatabase first = kept.stream()
                .filter(database -> database.operation().equals("op_first"))
                .findFirst()
                .orElseThrow();
        recovery.drop(first);
        recovery.drop(first);
        assertThat(databases(live)).containsExactly(live, live + "_b_second");
    }

    @Test
    void a_comment_by_hand_makes_no_kept_database() throws SQLException {
        String live = server.createDatabase();
        String comment =
                "reliability: replaced by the restore op_x at 2026-01-01T00:00:00Z, 1 bytes, was \"" + live + "\"";
        server.execute(PrivatePostgres.SUPERUSER, live, "COMMENT ON DATABASE " + live + " IS '" + comment + "'");
        RestoreRecovery recovery = recovery(live);
        assertThat(recovery.kept()).isEmpty();
        recovery.drop(new KeptDatabase(live, "op_x", Instant.parse("2026-01-01T00:00:00Z"), Duration.ZERO, 1));
        assertThat(databases(live)).containsExactly(live);
    }

    @Test
    void without_the_server_nothing_is_settled() {
        PostgreSQLConfig down = PostgreSQLConfig.builder()
                .host("127.0.0.1")
                .port(1)
                .user("app")
                .database("app")
                .build();
        RestoreRecovery recovery = new RestoreRecovery(down, TimeSource.system());
        assertThatThrownBy(() -> recovery.settle("op_x", Map.of())).isInstanceOf(BackupException.Unavailable.class);
    }

    /** A database of 1,000 documents was dumped, and has 7 now. */
    private String changedSince() throws IOException {
        String live = TestDatabases.documents(server);
        dump = Dump.of(server.config(live));
        server.execute(PrivatePostgres.ROLE, live, "DELETE FROM documents WHERE id > 7");
        return live;
    }

    private Map<String, Map<String, String>> killed(String live, String operation, String step) {
        RecordedSteps steps = new RecordedSteps(step);
        assertKilled(() -> restore(live).switchTo(dump.readOnly(operation), steps));
        return steps.steps();
    }

    private static void assertKilled(ThrowingCallable restore) {
        assertThatThrownBy(restore).isInstanceOf(RecordedSteps.Killed.class);
    }

    /** The test's process cleaned up behind itself; a killed one would not have: make it again. */
    private void leaveBehind(String live, Map<String, Map<String, String>> steps) {
        if (steps.containsKey(RestoreSteps.READ_ONLY)) {
            server.execute(
                    PrivatePostgres.ROLE, live, "ALTER DATABASE " + live + " SET default_transaction_read_only = on");
        }
        Map<String, String> created = steps.get(RestoreSteps.SCRATCH_CREATED);
        if (created != null) {
            server.execute(PrivatePostgres.ROLE, "postgres", "CREATE DATABASE " + created.get("scratch"));
        }
    }

    private List<String> databases(String live) {
        return server.query(
                "postgres", "SELECT datname FROM pg_database WHERE datname LIKE '" + live + "%' ORDER BY 1");
    }

    private PostgreSQLRestore restore(String live) {
        return new PostgreSQLRestore(server.config(live), TimeSource.system());
    }

    private RestoreRecovery recovery(String live) {
        return new RestoreRecovery(server.config(live), TimeSource.system());
    }
}
