package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reliability.backup.postgresql.RestoreRecovery.Outcome;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database of 7 documents, replaced by its backup of 1,000. */
@ExtendWith(PrivatePostgres.Shared.class)
class SwitchBackTest {
    private final PrivatePostgres server;
    private final RecordedSteps restored = new RecordedSteps();
    private final RecordedSteps steps = new RecordedSteps();
    private String live = "";

    SwitchBackTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void restore() throws IOException {
        live = TestDatabases.documents(server);
        Dump dump = Dump.of(server.config(live));
        server.execute(
                PrivatePostgres.SUPERUSER,
                live,
                "DELETE FROM documents WHERE id > 7",
                "CREATE ROLE reader_" + live,
                "GRANT CONNECT ON DATABASE " + live + " TO reader_" + live + " WITH GRANT OPTION",
                "COMMENT ON DATABASE " + live + " IS 'it''s ours'",
                "ALTER DATABASE " + live + " CONNECTION LIMIT 33",
                "ALTER DATABASE " + live + " SET work_mem = '8MB'");
        RestoreResult unused = restoring().switchTo(dump.readOnly("op_restore"), restored);
    }

    @Test
    void the_kept_database_is_live_again_as_it_was_and_the_other_one_is_kept_and_closed() throws Exception {
        RestoreResult result = undo("op_undo", "op_restore", restored);

        assertThat(documents(live)).isEqualTo("7");
        assertThat(server.query(
                        "postgres",
                        "SELECT datacl::text || ' ' || datconnlimit || ' ' || shobj_description(oid, 'pg_database')"
                                + " FROM pg_database WHERE datname = '" + live + "'"))
                .singleElement()
                .asString()
                .contains("reader_" + live + "=c*/app", "=Tc/app", "app=CTc/app")
                .endsWith(" 33 it's ours");
        assertThat(server.query(live, "SHOW work_mem")).containsExactly("8MB");
        assertThat(server.query(live, "SHOW default_transaction_read_only")).containsExactly("off");
        assertThat(result.keptAs()).isEqualTo(live + "_b_undo");
        assertThat(documents(live + "_b_undo")).isEqualTo("1000");
        assertThatThrownBy(() -> server.connect(PrivatePostgres.ROLE, live + "_b_undo"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("permission denied");
        assertThat(databases()).containsExactly(live, live + "_b_undo");
        assertThat(steps.steps().keySet())
                .containsExactly(RestoreSteps.SWITCHING, RestoreSteps.SWITCHED, RestoreSteps.CLOSED);
    }

    @Test
    void an_undo_is_undone_in_the_same_way_and_as_often_as_one_likes() throws IOException {
        RecordedSteps before = restored;
        String last = "op_restore";
        for (String operation : List.of("op_undo_1", "op_undo_2", "op_undo_3")) {
            RecordedSteps own = new RecordedSteps();
            RestoreResult unused = restoring().switchBack(operation, last, switching(before), own);
            before = own;
            last = operation;
            assertThat(documents(live)).isEqualTo(operation.endsWith("2") ? "1000" : "7");
        }
        assertThat(databases()).containsExactly(live, live + "_b_undo_3");
    }

    @Test
    void clients_are_moved_over() throws Exception {
        try (Connection client = server.connect(PrivatePostgres.ROLE, live)) {
            RestoreResult unused = undo("op_undo", "op_restore", restored);
            assertThat(client.isValid(1)).isFalse();
        }
    }

    @Test
    void the_live_database_need_not_exist() throws Exception {
        server.execute(PrivatePostgres.SUPERUSER, "postgres", "DROP DATABASE " + live + " WITH (FORCE)");

        RestoreResult result = undo("op_undo", "op_restore", restored);

        assertThat(result.keptAs()).isNull();
        assertThat(documents(live)).isEqualTo("7");
    }

    @Test
    void what_only_has_the_name_of_a_kept_database_is_left_alone() {
        server.execute(
                PrivatePostgres.SUPERUSER,
                "postgres",
                "COMMENT ON DATABASE " + live + "_b_restore IS 'somebody''s own'");

        assertRefused("the database that op_restore replaced is not there any more");
    }

    @Test
    void what_holds_the_live_database_is_named() throws Exception {
        // First, as making it waits for whoever writes.
        server.query(live, "SELECT pg_create_logical_replication_slot('slot_" + live + "', 'pgoutput')");
        try (Connection connection = server.connect(PrivatePostgres.ROLE, live)) {
            ServerSessions.execute(connection, "BEGIN; DELETE FROM documents; PREPARE TRANSACTION 'left over'");
        }
        assertRefused("prepared transaction 'left over' of app", "replication slot slot_" + live);
        server.execute(PrivatePostgres.SUPERUSER, live, "ROLLBACK PREPARED 'left over'");
        server.query(live, "SELECT pg_drop_replication_slot('slot_" + live + "')");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "_b_restore"})
    void a_session_that_may_not_be_ended_is_named_and_all_is_as_it_was(String suffix) throws Exception {
        try (Connection superuser = server.connect(PrivatePostgres.SUPERUSER, live + suffix)) {
            ServerSessions.execute(superuser, "SET application_name = 'an administrator'");
            BackupException.Refused refused = refused();
            assertThat(refused.reasons())
                    .singleElement()
                    .asString()
                    .contains("an administrator) is connected to " + live + suffix);
        }
        assertUntouched();
    }

    @Test
    void a_role_that_was_dropped_since_is_named() {
        server.execute(PrivatePostgres.SUPERUSER, "postgres", "DROP ROLE reader_" + live);

        assertRefused("role \"reader_" + live + "\" does not exist");
    }

    @Test
    void a_right_that_was_taken_away_since_is_named() {
        server.execute(
                PrivatePostgres.SUPERUSER,
                "postgres",
                "CREATE ROLE other_" + live,
                "ALTER DATABASE " + live + "_b_restore OWNER TO other_" + live);

        assertRefused("belongs to other_" + live + ", and the role app is no member of it");
    }

    @Test
    void killed_before_the_names_are_swapped_the_restored_database_stays() {
        RecordedSteps killed = killed(RestoreSteps.SWITCHING);

        for (int time = 0; time < 2; time++) {
            assertThat(recovery().settle("op_undo", killed.steps())).isEqualTo(Outcome.OLD);
            assertUntouched();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {RestoreSteps.SWITCHED, RestoreSteps.CLOSED})
    void killed_after_the_names_are_swapped_the_one_from_before_stays(String killedAt) {
        RecordedSteps killed = killed(killedAt);
        // The step after COMMIT may not have been written either.
        killed.steps().remove(RestoreSteps.SWITCHED);
        killed.steps().remove(RestoreSteps.CLOSED);

        for (int time = 0; time < 2; time++) {
            assertThat(recovery().settle("op_undo", killed.steps())).isEqualTo(Outcome.NEW);
            assertThat(documents(live)).isEqualTo("7");
            assertThat(databases()).containsExactly(live, live + "_b_undo");
        }
    }

    private RecordedSteps killed(String step) {
        RecordedSteps killed = new RecordedSteps(step);
        assertThatThrownBy(() -> restoring().switchBack("op_undo", "op_restore", switching(restored), killed))
                .isInstanceOf(RecordedSteps.Killed.class);
        return killed;
    }

    private void assertRefused(String... words) {
        BackupException.Refused refused = refused();
        assertThat(refused.reasons()).hasSize(words.length);
        for (int i = 0; i < words.length; i++) {
            assertThat(refused.reasons().get(i)).contains(words[i]);
        }
        assertThat(steps.steps()).isEmpty();
        assertUntouched();
    }

    private BackupException.Refused refused() {
        BackupException.Refused refused =
                catchThrowableOfType(BackupException.Refused.class, () -> undo("op_undo", "op_restore", restored));
        assertThat(refused).isNotNull();
        return refused;
    }

    private void assertUntouched() {
        assertThat(documents(live)).isEqualTo("1000");
        assertThat(databases()).containsExactly(live, live + "_b_restore");
    }

    private RestoreResult undo(String operation, String undone, RecordedSteps ofUndone) throws IOException {
        return restoring().switchBack(operation, undone, switching(ofUndone), steps);
    }

    private static Map<String, String> switching(RecordedSteps steps) {
        return steps.steps().get(RestoreSteps.SWITCHING);
    }

    private String documents(String database) {
        return server.query(database, "SELECT count(*) FROM documents").get(0);
    }

    private List<String> databases() {
        return server.query(
                "postgres", "SELECT datname FROM pg_database WHERE datname LIKE '" + live + "%' ORDER BY 1");
    }

    private PostgreSQLRestore restoring() {
        return new PostgreSQLRestore(server.config(live), TimeSource.system());
    }

    private RestoreRecovery recovery() {
        return new RestoreRecovery(server.config(live), TimeSource.system());
    }
}
