package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PrivatePostgres.Shared.class)
class LiveSwitchTest {
    private final PrivatePostgres server;
    private final RecordedSteps steps = new RecordedSteps();

    LiveSwitchTest(PrivatePostgres server) {
        this.server = server;
    }

    @Test
    void the_restored_database_takes_the_place_of_the_live_one_which_is_kept_and_closed() throws Exception {
        String live = documents();
        Dump dump = Dump.of(server.config(live));
        server.execute(PrivatePostgres.ROLE, live, "DELETE FROM documents", "CREATE TABLE later (id int)");

        RestoreResult result = restore(live).switchTo(dump.request("op_1"), steps);

        assertThat(server.query(live, "SELECT count(*) FROM documents")).containsExactly("1000");
        assertThat(server.query(live, "SELECT to_regclass('later')::text")).containsExactly((String) null);
        assertThat(result.database()).isEqualTo(live);
        assertThat(result.tables()).isEqualTo(2);
        assertThat(result.rows()).isEqualTo(1001);
        assertThat(result.lost()).isEmpty();
        assertThat(result.keptAs()).isEqualTo(live + "_b_1");
        assertThat(steps.steps().keySet())
                .containsExactly(
                        RestoreSteps.SCRATCH_CREATED,
                        RestoreSteps.LOADED,
                        RestoreSteps.SWITCHING,
                        RestoreSteps.SWITCHED,
                        RestoreSteps.CLOSED);
        assertThat(server.query(result.keptAs(), "SELECT count(*) FROM documents"))
                .containsExactly("0");
        assertThatThrownBy(() -> server.connect(PrivatePostgres.ROLE, result.keptAs()))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("permission denied");
        assertThat(Dump.of(server.config(live)).facts().tables())
                .isEqualTo(dump.facts().tables());
    }

    @Test
    void everything_that_a_dump_does_not_carry_is_carried() throws Exception {
        String live = documents();
        server.execute(
                PrivatePostgres.SUPERUSER,
                live,
                "CREATE ROLE reader LOGIN",
                "REVOKE ALL ON DATABASE " + live + " FROM PUBLIC",
                "GRANT CONNECT ON DATABASE " + live + " TO reader WITH GRANT OPTION",
                "COMMENT ON DATABASE " + live + " IS 'it''s ours'",
                "ALTER DATABASE " + live + " CONNECTION LIMIT 33",
                "ALTER DATABASE " + live + " SET search_path = \"$user\", public, \"a b\"",
                "ALTER DATABASE " + live + " SET timezone = 'Asia/Shanghai'",
                "ALTER ROLE app IN DATABASE " + live + " SET bytea_output = 'escape'");
        Dump dump = Dump.of(server.config(live));

        List<String> lost = restore(live)
                .switchTo(dump.acceptingLostSettings("op_2"), steps)
                .lost();

        assertThat(lost).isEmpty();

        assertThat(withoutTables(Dump.of(server.config(live)).facts())).isEqualTo(withoutTables(dump.facts()));
    }

    @Test
    void a_server_that_limits_temporary_files_restores_what_is_larger() throws Exception {
        String live = documents();
        Dump dump = Dump.of(server.config(live));
        DatabaseFacts large =
                OtherFacts.than(dump.facts()).databaseBytes(50L << 20).facts();
        server.execute(PrivatePostgres.SUPERUSER, live, "ALTER ROLE app SET temp_file_limit = '3MB'");
        try {
            RestoreResult unused = restore(live).switchTo(new Dump(large, dump.sql()).request("op_30"), steps);
        } finally {
            server.execute(PrivatePostgres.SUPERUSER, live, "ALTER ROLE app RESET temp_file_limit");
        }

        assertThat(server.query(live, "SELECT count(*) FROM documents")).containsExactly("1000");
    }

    @Test
    void the_live_database_need_not_exist() throws Exception {
        String live = documents();
        Dump dump = Dump.of(server.config(live));
        server.execute(PrivatePostgres.SUPERUSER, "postgres", "DROP DATABASE " + live);

        PostgreSQLRestore restore = restore(live);
        restore.preflight();
        RestoreResult result = restore.switchTo(dump.request("op_3"), steps);

        assertThat(result.keptAs()).isNull();
        assertThat(server.query(live, "SELECT count(*) FROM documents")).containsExactly("1000");
    }

    @Test
    void clients_that_reconnect_all_the_time_are_moved_over() throws Exception {
        String live = documents();
        Dump dump = Dump.of(server.config(live));
        server.execute(PrivatePostgres.ROLE, live, "CREATE TABLE old_one ()");
        AtomicBoolean stop = new AtomicBoolean();
        Thread[] clients = new Thread[3];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = new Thread(() -> {
                while (!stop.get()) {
                    try (Connection connection = server.connect(PrivatePostgres.ROLE, live)) {
                        while (!stop.get()) {
                            ServerSessions.execute(connection, "SELECT count(*) FROM documents");
                        }
                    } catch (SQLException cut) {
                        // The next turn connects again.
                    }
                }
            });
            clients[i].start();
        }
        try {
            restore(live).switchTo(dump.request("op_4"), steps);
            assertThat(server.query(live, "SELECT to_regclass('old_one')::text"))
                    .containsExactly((String) null);
        } finally {
            stop.set(true);
            for (Thread client : clients) {
                client.join();
            }
        }
    }

    @Test
    void a_prepared_transaction_is_found_before_anything_is_done() throws Exception {
        String live = documents();
        Dump dump = Dump.of(server.config(live));
        try (Connection connection = server.connect(PrivatePostgres.ROLE, live)) {
            ServerSessions.execute(connection, "BEGIN; DELETE FROM documents; PREPARE TRANSACTION 'left over'");
        }
        assertThat(refused(live, dump.request("op_5")))
                .singleElement()
                .asString()
                .contains("prepared transaction 'left over' of app");
        assertThat(steps.steps()).isEmpty();
        server.execute(PrivatePostgres.SUPERUSER, live, "ROLLBACK PREPARED 'left over'");
    }

    @Test
    void a_replication_slot_is_found_before_anything_is_done() throws Exception {
        String live = documents();
        Dump dump = Dump.of(server.config(live));
        server.query(live, "SELECT pg_create_logical_replication_slot('slot_" + live + "', 'pgoutput')");
        assertThat(refused(live, dump.request("op_6")))
                .singleElement()
                .asString()
                .contains("replication slot slot_" + live);
        server.query(live, "SELECT pg_drop_replication_slot('slot_" + live + "')");
    }

    @Test
    void a_subscription_is_found_before_anything_is_done_and_not_backed_up() throws Exception {
        String live = documents();
        server.execute(
                PrivatePostgres.SUPERUSER,
                live,
                "CREATE SUBSCRIPTION from_elsewhere CONNECTION 'host=nowhere.invalid password=planted' PUBLICATION p"
                        + " WITH (connect = false, slot_name = none)");
        Dump dump = Dump.of(server.config(live, PrivatePostgres.SUPERUSER));
        assertThat(dump.sql()).doesNotContain("SUBSCRIPTION", "planted");
        assertThat(refused(live, dump.request("op_subscription")))
                .singleElement()
                .asString()
                .contains("subscription from_elsewhere");
        assertThat(steps.steps()).isEmpty();
        server.execute(PrivatePostgres.SUPERUSER, live, "DROP SUBSCRIPTION from_elsewhere");
    }

    @Test
    void a_session_that_may_not_be_ended_stops_the_switch_and_leaves_the_live_database_as_it_was() throws Exception {
        String live = documents();
        Dump dump = Dump.of(server.config(live));
        server.execute(PrivatePostgres.ROLE, live, "CREATE TABLE still_here ()");
        DatabaseFacts before = Dump.of(server.config(live)).facts();
        try (Connection superuser = server.connect(PrivatePostgres.SUPERUSER, live)) {
            ServerSessions.execute(superuser, "SET application_name = 'an administrator'");
            assertThat(refused(live, dump.request("op_7")))
                    .singleElement()
                    .asString()
                    .contains("of postgres")
                    .contains("an administrator) is connected");
        }
        assertThat(withoutMeasures(Dump.of(server.config(live)).facts())).isEqualTo(withoutMeasures(before));
        assertThat(databasesLike(live)).containsExactly(live);
    }

    @Test
    void settings_that_the_role_may_not_set_are_refused_or_left_out() throws Exception {
        String live = documents();
        server.execute(
                PrivatePostgres.SUPERUSER,
                live,
                "ALTER DATABASE " + live + " SET log_statement = 'all'",
                "ALTER DATABASE " + live + " SET app.tenant = 'it''s'",
                "ALTER ROLE postgres IN DATABASE " + live + " SET work_mem = '9MB'",
                "ALTER DATABASE " + live + " SET work_mem = '8MB'");
        Dump dump = Dump.of(server.config(live));
        assertThat(refused(live, dump.request("op_8"))).hasSize(3).allMatch(reason -> reason.contains("setting"));
        assertThat(databasesLike(live)).containsExactly(live);

        RestoreResult result = restore(live).switchTo(dump.acceptingLostSettings("op_9"), steps);
        assertThat(result.lost()).hasSize(3);
        assertThat(Dump.of(server.config(live)).facts().settings())
                .containsExactly(new DatabaseFacts.Setting(null, "work_mem", "8MB"));
    }

    @Test
    void roles_and_rights_that_are_missing_are_found_before_anything_is_done() throws Exception {
        String live = documents();
        server.execute(
                PrivatePostgres.SUPERUSER,
                live,
                "CREATE ROLE gone_" + live,
                "GRANT SELECT ON documents TO gone_" + live,
                "CREATE ROLE plain_" + live + " LOGIN PASSWORD 'plain_" + live + "'");
        Dump dump = Dump.of(server.config(live));
        server.execute(PrivatePostgres.SUPERUSER, live, "DROP OWNED BY gone_" + live, "DROP ROLE gone_" + live);

        assertThat(refused(live, dump.request("op_10")))
                .singleElement()
                .asString()
                .contains("CREATE ROLE \"gone_" + live + "\"");
        PostgreSQLRestore other = new PostgreSQLRestore(server.config(live, "plain_" + live), TimeSource.system());
        BackupException.Refused refused =
                catchThrowableOfType(BackupException.Refused.class, () -> other.switchTo(dump.request("op_11"), steps));
        assertThat(refused.reasons())
                .anyMatch(reason -> reason.contains("may not create databases"))
                .anyMatch(reason -> reason.contains("only its owner may rename it"));
        assertThat(steps.steps()).isEmpty();
    }

    @Test
    void a_superuser_loads_our_own_dumps_and_no_others() throws Exception {
        String live = documents();
        Dump dump = Dump.of(server.config(live));
        PostgreSQLRestore superuser =
                new PostgreSQLRestore(server.config(live, PrivatePostgres.SUPERUSER), TimeSource.system());
        BackupException.Refused refused = catchThrowableOfType(
                BackupException.Refused.class, () -> superuser.switchTo(dump.foreign("op_12"), steps));
        assertThat(refused.reasons()).singleElement().asString().contains("its SQL could reach the server's machine");

        assertThat(superuser.switchTo(dump.request("op_13"), steps).keptAs()).isNotNull();
        assertThat(restore(live).switchTo(dump.foreign("op_14"), steps).rows()).isEqualTo(1001);
    }

    @Test
    void a_file_without_a_manifest_makes_a_database_that_others_can_use() throws Exception {
        String live = documents();
        Dump dump = Dump.of(server.config(live));
        server.execute(PrivatePostgres.SUPERUSER, "postgres", "DROP DATABASE " + live);
        restore(live).switchTo(dump.foreign("op_18"), steps);
        DatabaseFacts restored = Dump.of(server.config(live)).facts();
        assertThat(restored.acl()).isEqualTo("{=Tc/app,app=CTc/app}");
        assertThat(restored.connectionLimit()).isEqualTo(-1);
        assertThat(restored.tables()).isEqualTo(dump.facts().tables());
    }

    @Test
    void read_only_ends_writing_sessions_and_is_gone_afterwards() throws Exception {
        String live = documents();
        Dump dump = Dump.of(server.config(live));
        boolean[] refusedWrite = {false};
        DumpSource source = () -> {
            try (Connection connection = server.connect(PrivatePostgres.ROLE, live)) {
                ServerSessions.execute(connection, "DELETE FROM documents");
            } catch (SQLException e) {
                refusedWrite[0] = e.getMessage().contains("read-only");
            }
            return dump.source().open();
        };
        try (Connection before = server.connect(PrivatePostgres.ROLE, live)) {
            RestoreRequest request = new RestoreRequest("op_15", source, dump.facts(), -1, true, true, false, b -> {});
            RestoreResult result = restore(live).switchTo(request, steps);
            assertThat(refusedWrite[0]).isTrue();
            assertThat(before.isValid(1)).isFalse();
            assertThat(server.query(live, "SHOW default_transaction_read_only")).containsExactly("off");
            assertThat(server.query(result.keptAs(), "SHOW default_transaction_read_only"))
                    .containsExactly("off");
        }

        Dump spoiled = dump.with("CREATE TABLE", "CREATE TABEL");
        refused(live, spoiled.readOnly("op_16"));
        assertThat(server.query(live, "SHOW default_transaction_read_only")).containsExactly("off");
    }

    @Test
    void an_interrupt_ends_it_and_nothing_is_left() throws Exception {
        String live = documents();
        Dump dump = Dump.of(server.config(live));
        DumpSource source = () -> {
            Thread.currentThread().interrupt();
            return dump.source().open();
        };
        assertThatThrownBy(() -> restore(live).switchTo(dump.request("op_17", source), steps))
                .isInstanceOf(IOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(databasesLike(live)).containsExactly(live);
    }

    @Test
    void long_names_and_names_with_any_signs_are_switched() throws Exception {
        String live = "a database's name, \"as long as PostgreSQL lets it be\"文档";
        server.execute(PrivatePostgres.SUPERUSER, "postgres", "CREATE DATABASE " + Sql.name(live) + " OWNER app");
        Dump dump = Dump.of(server.config(live));
        RestoreResult result = restore(live).switchTo(dump.request("op_20260103_140000_abcdef"), steps);
        assertThat(result.keptAs()).endsWith("_b_20260103_140000_abcdef");
        RestoreRecovery recovery = new RestoreRecovery(server.config(live), TimeSource.system());
        assertThat(recovery.kept())
                .singleElement()
                .satisfies(kept -> assertThat(kept.name()).isEqualTo(result.keptAs()));
    }

    private String documents() {
        return TestDatabases.documents(server);
    }

    private PostgreSQLRestore restore(String live) {
        return new PostgreSQLRestore(server.config(live), TimeSource.system());
    }

    private List<String> refused(String live, RestoreRequest request) {
        BackupException.Refused refused = catchThrowableOfType(
                BackupException.Refused.class, () -> restore(live).switchTo(request, steps));
        assertThat(refused).isNotNull();
        return refused.reasons();
    }

    private List<String> databasesLike(String live) {
        return server.query(
                "postgres", "SELECT datname FROM pg_database WHERE datname LIKE '" + live + "%' ORDER BY 1");
    }

    private static DatabaseFacts withoutTables(DatabaseFacts facts) {
        return withoutMeasures(facts.withTables(List.of()));
    }

    private static DatabaseFacts withoutMeasures(DatabaseFacts facts) {
        return OtherFacts.than(facts).databaseBytes(0).position(null).facts();
    }
}
