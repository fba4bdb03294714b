package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.backup.RestorePlan;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a restore would meet, told without touching anything; and the restore then refuses for the same reasons. */
@ExtendWith(PrivatePostgres.Shared.class)
class RestoreOutlookTest {
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final PrivatePostgres server;
    private final RecordedSteps steps = new RecordedSteps();
    private String live = "";
    private Dump dump;
    private Connection client;

    RestoreOutlookTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void a_backup_and_a_client_that_stays() throws Exception {
        live = TestDatabases.documents(server);
        dump = Dump.of(server.config(live));
        client = server.connect(PrivatePostgres.ROLE, live);
        ServerSessions.execute(client, "SET application_name = 'a client'");
    }

    @AfterEach
    void close() throws SQLException {
        client.close();
    }

    @Test
    void where_nothing_is_in_the_way_it_says_what_is_replaced_and_who_is_connected() {
        RestoreOutlook outlook = outlook(Mode.SWITCH, dump.facts());

        RestorePlan.Database database = outlook.database();
        assertThat(outlook.obstacles()).isEmpty();
        assertThat(outlook.lostSettings()).isEmpty();
        assertThat(database.notCarriedOver()).isEmpty();
        assertThat(database.name()).isEqualTo(live);
        assertThat(database.exists()).isTrue();
        assertThat(database.bytes()).isGreaterThan(1_000_000);
        assertThat(database.keptAs()).isEqualTo(live + "_b_<operation>");
        assertThat(database.space())
                .isEqualTo(new RestorePlan.Space(dump.facts().databaseBytes(), null))
                .matches(space -> !space.known());
        assertThat(database.sessions()).isEqualTo(1);
        assertThat(database.connected())
                .containsExactly(new RestorePlan.Sessions(PrivatePostgres.ROLE, "a client", "127.0.0.1", 1));
    }

    @Test
    void it_counts_the_transactions_that_wrote_something_since_the_backup() throws Exception {
        long before = lostTransactions(dump.facts());
        for (int i = 0; i < 20; i++) {
            ServerSessions.execute(client, "INSERT INTO documents (name) VALUES ('later')");
            ServerSessions.execute(client, "SELECT count(*) FROM documents");
        }

        // What the server does by itself, such as ANALYZE, is counted too.
        assertThat(lostTransactions(dump.facts()) - before).isBetween(20L, 29L);
        assertThat(outlook(Mode.SWITCH, at(new DatabaseFacts.Position("another server", 0)))
                        .database()
                        .transactionsLost())
                .isNull();
        assertThat(outlook(Mode.SWITCH, at(null)).database().transactionsLost()).isNull();
    }

    @Test
    void a_prepared_transaction_is_named_for_both_modes() throws Exception {
        ServerSessions.execute(client, "BEGIN; DELETE FROM documents; PREPARE TRANSACTION 'left over'");
        try {
            assertRefused(Mode.SWITCH, dump.facts(), "prepared transaction 'left over' of app");
            assertRefused(Mode.IN_PLACE, dump.facts(), "prepared transaction 'left over' of app");
        } finally {
            ServerSessions.execute(client, "ROLLBACK PREPARED 'left over'");
        }
    }

    @Test
    void a_replication_slot_is_named() throws Exception {
        server.query(live, "SELECT pg_create_logical_replication_slot('slot_" + live + "', 'pgoutput')");
        try {
            assertRefused(Mode.SWITCH, dump.facts(), "replication slot slot_" + live);
        } finally {
            server.query(live, "SELECT pg_drop_replication_slot('slot_" + live + "')");
        }
    }

    @Test
    void a_walsender_is_named() throws Exception {
        server.execute(
                PrivatePostgres.SUPERUSER,
                "postgres",
                "CREATE ROLE sender_" + live + " LOGIN REPLICATION PASSWORD 'sender_" + live + "'",
                "GRANT pg_read_all_stats TO app");
        try (Connection walsender = DriverManager.getConnection(
                "jdbc:postgresql://" + server.host() + ":" + server.port() + "/" + live
                        + "?replication=database&preferQueryMode=simple&assumeMinServerVersion=10",
                "sender_" + live,
                "sender_" + live)) {
            assertThat(walsender.isValid(1)).isTrue();
            assertRefused(Mode.SWITCH, dump.facts(), "of sender_" + live + " (walsender", "stop what it works for");
        } finally {
            server.execute(PrivatePostgres.SUPERUSER, "postgres", "REVOKE pg_read_all_stats FROM app");
        }
    }

    @Test
    void a_session_that_the_role_may_not_end_is_named_with_what_to_do() throws Exception {
        try (Connection superuser = server.connect(PrivatePostgres.SUPERUSER, live)) {
            ServerSessions.execute(superuser, "SET application_name = 'an administrator'");
            assertRefused(
                    Mode.SWITCH,
                    dump.facts(),
                    "of postgres (client backend, an administrator) is connected",
                    "have a superuser end it");
        }
    }

    @Test
    void without_pg_signal_backend_the_sessions_of_others_are_in_the_way() throws Exception {
        server.execute(
                PrivatePostgres.SUPERUSER,
                "postgres",
                "CREATE ROLE other_" + live + " LOGIN PASSWORD 'other_" + live + "'",
                "REVOKE pg_signal_backend FROM app");
        try (Connection other = server.connect("other_" + live, live)) {
            assertThat(other.isValid(1)).isTrue();
            assertRefused(Mode.SWITCH, dump.facts(), "of other_" + live, "GRANT pg_signal_backend TO app");
        } finally {
            server.execute(PrivatePostgres.SUPERUSER, "postgres", "GRANT pg_signal_backend TO app");
        }
    }

    @Test
    void a_session_that_only_looks_in_is_in_no_restores_way() throws Exception {
        Connection monitoring = server.connect(PrivatePostgres.SUPERUSER, live);
        AtomicInteger asked = new AtomicInteger();
        TimeSource leavesAfterTheFirstLook = new TimeSource() {
            @Override
            public Instant now() {
                return TimeSource.system().now();
            }

            @Override
            public long nanoTime() {
                if (asked.incrementAndGet() == 2) {
                    close(monitoring);
                }
                return TimeSource.system().nanoTime();
            }
        };
        RestoreResult result = new PostgreSQLRestore(server.config(live), leavesAfterTheFirstLook)
                .switchTo(dump.request("op_" + live), steps);
        assertThat(result.keptAs()).isNotNull();
    }

    @Test
    void a_backup_of_a_newer_server_is_named() throws Exception {
        assertRefused(Mode.SWITCH, ofServer("99.1"), "of PostgreSQL 99, and the server is");
        assertRefused(Mode.IN_PLACE, ofServer("99.1"), "of PostgreSQL 99, and the server is");
    }

    @Test
    void a_missing_extension_is_named_with_its_version_and_another_version_is_told() throws Exception {
        assertRefused(Mode.SWITCH, withExtensions("no_such_thing 1.2"), "no_such_thing 1.2", "install the package");
        assertRefused(Mode.IN_PLACE, withExtensions("no_such_thing 1.2"), "no_such_thing 1.2", "install the package");

        RestoreOutlook older = outlook(Mode.SWITCH, withExtensions("pg_trgm 0.9"));
        assertThat(older.obstacles()).isEmpty();
        assertThat(older.lostSettings()).isEmpty();
        assertThat(older.database().notCarriedOver())
                .singleElement()
                .asString()
                .contains("pg_trgm was version 0.9 and becomes 1.");
    }

    @Test
    void a_missing_role_is_named() throws Exception {
        assertRefused(Mode.SWITCH, withRoles("gone"), "CREATE ROLE \"gone\"");
        assertRefused(Mode.IN_PLACE, withRoles("gone"), "CREATE ROLE \"gone\"");
    }

    @Test
    void a_database_that_belongs_to_another_role_is_named_with_its_owner() throws Exception {
        server.execute(PrivatePostgres.SUPERUSER, "postgres", "ALTER DATABASE " + live + " OWNER TO postgres");
        assertRefused(Mode.SWITCH, dump.facts(), "belongs to postgres, and the role app is no member of it");
    }

    @Test
    void a_role_that_may_not_create_databases_is_told_so() throws Exception {
        server.execute(PrivatePostgres.SUPERUSER, "postgres", "ALTER ROLE app NOCREATEDB");
        try {
            assertRefused(Mode.SWITCH, dump.facts(), "may not create databases");
            assertThat(outlook(Mode.IN_PLACE, dump.facts()).obstacles()).isEmpty();
        } finally {
            server.execute(PrivatePostgres.SUPERUSER, "postgres", "ALTER ROLE app CREATEDB");
        }
    }

    @Test
    void objects_of_other_roles_are_named_in_place() throws Exception {
        server.execute(PrivatePostgres.SUPERUSER, live, "CREATE TABLE not_ours (id int)");
        assertRefused(Mode.IN_PLACE, dump.facts(), "table not_ours belongs to postgres");
        assertThat(outlook(Mode.SWITCH, dump.facts()).obstacles()).isEmpty();
    }

    @Test
    void connection_limits_that_are_too_low_are_named() {
        server.execute(PrivatePostgres.SUPERUSER, "postgres", "ALTER ROLE app CONNECTION LIMIT 2");
        try {
            assertRefusedForLimit(
                    "the role app has CONNECTION LIMIT 2 and 1 other sessions, and the restore needs 2",
                    "ALTER ROLE app CONNECTION LIMIT 3");
        } finally {
            server.execute(PrivatePostgres.SUPERUSER, "postgres", "ALTER ROLE app CONNECTION LIMIT -1");
        }

        // From there the live switch is done.
        server.execute(PrivatePostgres.SUPERUSER, live, "ALTER DATABASE postgres CONNECTION LIMIT 1");
        try {
            assertRefusedForLimit(
                    "the database postgres has CONNECTION LIMIT 1 and 0 other sessions, and the restore needs 2",
                    "ALTER DATABASE postgres CONNECTION LIMIT 2");
        } finally {
            server.execute(PrivatePostgres.SUPERUSER, live, "ALTER DATABASE postgres CONNECTION LIMIT -1");
        }

        server.execute(PrivatePostgres.SUPERUSER, "postgres", "ALTER DATABASE " + live + " CONNECTION LIMIT 1");
        assertThat(outlook(Mode.SWITCH, dump.facts()).obstacles()).isEmpty();
        assertThat(outlook(Mode.IN_PLACE, dump.facts()).obstacles())
                .singleElement()
                .asString()
                .contains("has no connection left");
    }

    private void assertRefusedForLimit(String... words) {
        awaitOnlyTheClient();
        List<String> obstacles = outlook(Mode.SWITCH, dump.facts()).obstacles();
        assertThat(obstacles).singleElement().asString().contains(words);
        awaitOnlyTheClient();
        assertThat(refused(Mode.SWITCH, dump.facts())).isEqualTo(obstacles);
    }

    /** A session that its client has closed is counted until the server has noticed. */
    private void awaitOnlyTheClient() {
        String others = "SELECT 1 FROM pg_stat_activity WHERE (usename = 'app' AND application_name <> 'a client')"
                + " OR (datname = 'postgres' AND usename IS NOT NULL)";
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> server.query(live, others).isEmpty());
    }

    @Test
    void settings_that_would_be_lost_are_those_that_the_restore_then_loses() throws Exception {
        server.execute(
                PrivatePostgres.SUPERUSER,
                live,
                "ALTER DATABASE " + live + " SET log_statement = 'all'",
                "ALTER DATABASE " + live + " SET app.tenant = 'it''s'",
                "ALTER DATABASE " + live + " SET search_path = public, \"other schema\"",
                "ALTER DATABASE " + live + " SET work_mem = '8MB'",
                "ALTER ROLE postgres IN DATABASE " + live + " SET work_mem = '9MB'",
                "ALTER ROLE app IN DATABASE " + live + " SET work_mem = '7MB'",
                "ALTER DATABASE " + live + " SET default_text_search_config = 'public.not_here'");
        Dump withSettings = Dump.of(server.config(live));
        server.execute(PrivatePostgres.SUPERUSER, live, "ALTER DATABASE " + live + " SET work_mem = '1MB'");

        List<String> lost = outlook(Mode.SWITCH, withSettings.facts()).lostSettings();

        List<String> lostIndeed = restore()
                .switchTo(withSettings.acceptingLostSettings("op_" + live), steps)
                .lost();
        assertThat(names(lost))
                .containsExactly(
                        "the setting app.tenant",
                        "the setting log_statement",
                        "the setting work_mem for the role postgres")
                .isEqualTo(names(lostIndeed));
        RestoreOutlook inPlace = outlook(Mode.IN_PLACE, withSettings.facts());
        assertThat(inPlace.lostSettings()).as("to be accepted").isEmpty();
        assertThat(inPlace.database().notCarriedOver())
                .extracting(kept -> kept.replaceAll(" of the backup's database is .*", ""))
                .containsExactlyInAnyOrderElementsOf(names(lost));
    }

    @Test
    void a_parameter_that_was_granted_is_not_lost() throws Exception {
        server.execute(
                PrivatePostgres.SUPERUSER,
                live,
                "ALTER DATABASE " + live + " SET log_statement = 'all'",
                "GRANT SET ON PARAMETER log_statement TO app");
        try {
            Dump withSetting = Dump.of(server.config(live));
            assertThat(outlook(Mode.SWITCH, withSetting.facts()).lostSettings()).isEmpty();
        } finally {
            server.execute(PrivatePostgres.SUPERUSER, live, "REVOKE SET ON PARAMETER log_statement FROM app");
        }
    }

    @Test
    void in_place_it_says_what_the_database_keeps_of_its_own() {
        assertThat(outlook(Mode.IN_PLACE, dump.facts()).database().notCarriedOver())
                .isEmpty();
        server.execute(
                PrivatePostgres.SUPERUSER,
                live,
                "REVOKE ALL ON DATABASE " + live + " FROM PUBLIC",
                "ALTER DATABASE " + live + " CONNECTION LIMIT 33",
                "COMMENT ON DATABASE " + live + " IS 'of later'",
                "ALTER DATABASE " + live + " SET work_mem = '8MB'");

        RestoreOutlook outlook = outlook(Mode.IN_PLACE, dump.facts());

        assertThat(outlook.obstacles()).isEmpty();
        assertThat(outlook.database().notCarriedOver())
                .satisfiesExactly(
                        access -> assertThat(access).startsWith("the access list of the backup's database"),
                        limit -> assertThat(limit).startsWith("the connection limit of the backup's database"),
                        comment -> assertThat(comment).startsWith("the comment of the backup's database"));
        assertThat(outlook(Mode.SWITCH, dump.facts()).database().notCarriedOver())
                .isEmpty();
    }

    @Test
    void a_name_of_63_bytes_is_cut_between_signs_and_is_no_obstacle() throws Exception {
        String longest = "文档".repeat(10) + "abc";
        assertThat(longest.getBytes(StandardCharsets.UTF_8)).hasSize(63);
        server.execute(PrivatePostgres.SUPERUSER, "postgres", "CREATE DATABASE " + Sql.name(longest) + " OWNER app");
        String operation = "op_20260103_140000_abcdef";

        RestoreOutlook outlook = new PostgreSQLRestore(server.config(longest), TimeSource.system())
                .outlook(Mode.SWITCH, dump.facts(), true);
        RestoreResult result = new PostgreSQLRestore(server.config(longest), TimeSource.system())
                .switchTo(dump.request(operation), steps);

        assertThat(outlook.obstacles()).isEmpty();
        assertThat(result.keptAs())
                .isEqualTo(outlook.database().keptAs().replace("<operation>", operation.substring(3)))
                .isEqualTo("文档".repeat(6) + "_b_20260103_140000_abcdef");
    }

    @Test
    void the_live_database_need_not_be_there_to_be_switched_to() {
        PostgreSQLRestore nowhere = new PostgreSQLRestore(server.config("not_there"), TimeSource.system());

        RestoreOutlook outlook = nowhere.outlook(Mode.SWITCH, dump.facts(), true);

        assertThat(outlook.obstacles()).isEmpty();
        assertThat(outlook.database().exists()).isFalse();
        assertThat(outlook.database().bytes()).isNull();
        assertThat(outlook.database().keptAs()).isNull();
        assertThat(outlook.database().transactionsLost()).isZero();
        assertThat(nowhere.outlook(Mode.IN_PLACE, dump.facts(), true).obstacles())
                .singleElement()
                .asString()
                .contains("there is no database not_there to restore in place");
    }

    @Test
    void a_dump_of_a_stranger_is_refused_to_a_superuser() {
        RestoreOutlook outlook = new PostgreSQLRestore(
                        server.config(live, PrivatePostgres.SUPERUSER), TimeSource.system())
                .outlook(Mode.SWITCH, null, false);

        assertThat(outlook.obstacles()).singleElement().asString().contains("its SQL could reach the server's machine");
        assertThat(outlook.database().space().needed()).isNull();
    }

    @Test
    void programs_that_are_missing_are_among_the_obstacles_and_a_server_out_of_reach_is_thrown() {
        PostgreSQLConfig right = server.config(live);
        PostgreSQLConfig.Builder wrong = PostgreSQLConfig.builder()
                .host(right.host())
                .user(right.user())
                .password(right.password())
                .database(live);

        assertThat(new PostgreSQLRestore(
                                wrong.port(right.port())
                                        .pgBin(Path.of("/nowhere"))
                                        .build(),
                                TimeSource.system())
                        .outlook(Mode.SWITCH, dump.facts(), true)
                        .obstacles())
                .singleElement()
                .asString()
                .contains("were not found: /nowhere");
        assertThatThrownBy(() -> new PostgreSQLRestore(wrong.port(1).build(), TimeSource.system())
                        .outlook(Mode.SWITCH, dump.facts(), true))
                .isInstanceOf(BackupException.Unavailable.class)
                .hasMessageContaining("can not be reached");
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One obstacle, within 5 s; the restore is refused with the same words; and nothing has changed by either. */
    private void assertRefused(Mode mode, DatabaseFacts facts, String... words) throws Exception {
        List<String> before = state();

        List<String> obstacles = outlook(mode, facts).obstacles();

        assertThat(obstacles).singleElement().asString().contains(words);
        assertThat(refused(mode, facts)).isEqualTo(obstacles);
        assertThat(state()).isEqualTo(before);
        assertThat(steps.steps()).isEmpty();
        assertThat(client.isValid(1)).as("it serves").isTrue();
    }

    private List<String> refused(Mode mode, DatabaseFacts facts) {
        RestoreRequest request = new Dump(facts, dump.sql()).request("op_" + live);
        BackupException.Refused refused = catchThrowableOfType(
                BackupException.Refused.class,
                () -> assertTimeout(
                        ANSWER,
                        () -> mode == Mode.SWITCH
                                ? restore().switchTo(request, steps)
                                : restore().inPlace(request, steps)));
        assertThat(refused).as("the restore is refused").isNotNull();
        return refused.reasons();
    }

    private RestoreOutlook outlook(Mode mode, DatabaseFacts facts) {
        return assertTimeout(ANSWER, () -> restore().outlook(mode, facts, true));
    }

    /** Every byte that a dump has, and what it has not. */
    private List<String> state() throws IOException {
        String sql = Dump.of(server.config(live, PrivatePostgres.SUPERUSER)).sql();
        return List.of(
                sql.replaceAll("(?m)^\\\\(un)?restrict .*$", ""),
                String.join("\n", server.query("postgres", "SELECT d::text FROM pg_database d ORDER BY oid")),
                String.join("\n", server.query("postgres", "SELECT s::text FROM pg_db_role_setting s ORDER BY 1")));
    }

    private PostgreSQLRestore restore() {
        return new PostgreSQLRestore(server.config(live), TimeSource.system());
    }

    private long lostTransactions(DatabaseFacts facts) {
        Long lost = outlook(Mode.SWITCH, facts).database().transactionsLost();
        assertThat(lost).isNotNull();
        return lost;
    }

    private static List<String> names(List<String> lost) {
        return lost.stream()
                .map(sentence -> sentence.substring(0, sentence.indexOf(" can not")))
                .sorted()
                .toList();
    }

    private DatabaseFacts ofServer(String version) {
        return OtherFacts.than(dump.facts()).serverVersion(version).facts();
    }

    private DatabaseFacts withExtensions(String extension) {
        return OtherFacts.than(dump.facts()).extensions(extension).facts();
    }

    private DatabaseFacts withRoles(String role) {
        return OtherFacts.than(dump.facts()).roles(role).facts();
    }

    private DatabaseFacts at(DatabaseFacts.Position position) {
        return OtherFacts.than(dump.facts()).position(position).facts();
    }
}
