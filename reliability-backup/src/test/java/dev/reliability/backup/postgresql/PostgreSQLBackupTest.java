package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.backup.manifest.DatabaseFacts.Setting;
import dev.reliability.backup.manifest.DatabaseFacts.TableFacts;
import dev.reliability.core.backup.BackupException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PrivatePostgres.Shared.class)
class PostgreSQLBackupTest {
    private final PrivatePostgres server;

    PostgreSQLBackupTest(PrivatePostgres server) {
        this.server = server;
    }

    @Test
    void a_dump_holds_the_snapshot_and_counts_its_rows() throws IOException {
        String database = server.createDatabase();
        server.execute(
                PrivatePostgres.ROLE,
                database,
                "CREATE TABLE t (id int PRIMARY KEY, v text)",
                "INSERT INTO t SELECT g, 'row ' || g FROM generate_series(1, 1000) g",
                "CREATE TABLE nothing ()");
        PostgreSQLBackup backup = new PostgreSQLBackup(server.config(database));
        ByteArrayOutputStream sql = new ByteArrayOutputStream();
        DumpResult result;
        try (DatabaseSnapshot snapshot = backup.openSnapshot("op_dump")) {
            server.execute(PrivatePostgres.ROLE, database, "DELETE FROM t WHERE id > 10");
            result = backup.dump(snapshot, sql, bytes -> {});
        }

        assertThat(result.bytes()).isEqualTo(sql.size());
        assertThat(rows(result.facts())).isEqualTo(Map.of("public.t", 1000L, "public.nothing", 0L));
        assertThat(sql.toString(StandardCharsets.UTF_8))
                .contains("CREATE TABLE public.t")
                .contains("\n1000\trow 1000\n")
                .doesNotContain("CREATE DATABASE");
    }

    @Test
    void the_digest_does_not_depend_on_the_order_of_rows_and_on_settings_of_the_database() throws IOException {
        String rows = "SELECT g, decode(lpad(to_hex(g), 8, '0'), 'hex'), timestamptz 'epoch' + g * interval '1 hour',"
                + " g / 7.0::float8 FROM generate_series(1, 500) g ORDER BY ";
        String table = "CREATE TABLE t (id int, bytes bytea, at timestamptz, x float8)";
        String first = server.createDatabase();
        server.execute(PrivatePostgres.ROLE, first, table, "INSERT INTO t " + rows + "1");
        String second = server.createDatabase();
        server.execute(PrivatePostgres.ROLE, second, table, "INSERT INTO t " + rows + "1 DESC");
        for (String setting : new String[] {
            "bytea_output = escape", "timezone = 'Asia/Shanghai'", "extra_float_digits = -5", "datestyle = 'German'"
        }) {
            server.execute(PrivatePostgres.ROLE, second, "ALTER DATABASE " + second + " SET " + setting);
        }
        server.execute(
                PrivatePostgres.ROLE, second, "CREATE TABLE other (LIKE t)", "INSERT INTO other SELECT * FROM t");
        server.execute(PrivatePostgres.ROLE, second, "UPDATE other SET id = 7 WHERE id = 8");

        Map<String, TableFacts> tables =
                dump(second).tables().stream().collect(Collectors.toMap(TableFacts::name, facts -> facts));
        assertThat(dump(first).tables()).containsExactly(tables.get("public.t"));
        assertThat(tables.get("public.other").digest())
                .isNotEqualTo(tables.get("public.t").digest());
    }

    @Test
    void facts_hold_what_a_dump_does_not() {
        String database = server.createDatabase();
        server.execute(
                PrivatePostgres.SUPERUSER,
                database,
                "CREATE ROLE reader_of_facts LOGIN",
                "CREATE EXTENSION pg_trgm",
                "GRANT CONNECT ON DATABASE " + database + " TO reader_of_facts",
                "COMMENT ON DATABASE " + database + " IS 'it''s \"mine\"'",
                "ALTER DATABASE " + database + " CONNECTION LIMIT 17",
                "ALTER DATABASE " + database + " SET search_path = \"$user\", public, \"a b\"",
                "ALTER ROLE app IN DATABASE " + database + " SET work_mem = '8MB'",
                "CREATE SEQUENCE s",
                "SELECT lo_create(0) FROM generate_series(1, 3)");

        DatabaseFacts facts = facts(database);

        assertThat(facts.name()).isEqualTo(database);
        assertThat(facts.serverMajor()).isGreaterThanOrEqualTo(13);
        assertThat(facts.dumpVersion()).startsWith(facts.serverMajor() + ".");
        assertThat(facts.encoding()).isEqualTo("UTF8");
        assertThat(facts.collate()).isEqualTo("C.UTF-8");
        assertThat(facts.owner()).isEqualTo(PrivatePostgres.ROLE);
        assertThat(facts.acl()).contains("=Tc/app").contains("app=CTc/app").contains("reader_of_facts=c/app");
        assertThat(facts.comment()).isEqualTo("it's \"mine\"");
        assertThat(facts.connectionLimit()).isEqualTo(17);
        assertThat(facts.settings())
                .containsExactly(
                        new Setting(null, "search_path", "\"$user\", public, \"a b\""),
                        new Setting("app", "work_mem", "8MB"));
        assertThat(facts.extensions()).anyMatch(name -> name.startsWith("pg_trgm 1."));
        assertThat(facts.roles()).containsExactly("app", "postgres", "reader_of_facts");
        assertThat(facts.sequences()).isEqualTo(1);
        assertThat(facts.largeObjects()).isEqualTo(3);
        assertThat(facts.databaseBytes()).isPositive();
        assertThat(facts.tables()).isEmpty();
    }

    @Test
    void a_default_acl_is_written_out() {
        assertThat(facts(server.createDatabase()).acl()).isEqualTo("{=Tc/app,app=CTc/app}");
    }

    @Test
    void globals_have_the_roles_without_passwords() throws IOException {
        String database = "it's \\ a = b";
        server.execute(PrivatePostgres.SUPERUSER, "postgres", "CREATE DATABASE \"" + database + "\" OWNER app");
        ByteArrayOutputStream sql = new ByteArrayOutputStream();
        new PostgreSQLBackup(server.config(database)).globals("op_globals", sql);
        assertThat(sql.toString(StandardCharsets.UTF_8))
                .contains("CREATE ROLE app;")
                .doesNotContain("SCRAM")
                .doesNotContain(server.password(PrivatePostgres.ROLE));
    }

    @Test
    void names_with_any_signs_are_dumped() throws IOException {
        String database = "host=elsewhere 'x' 档案";
        server.execute(PrivatePostgres.SUPERUSER, "postgres", "CREATE DATABASE \"" + database + "\" OWNER app");
        server.execute(
                PrivatePostgres.ROLE,
                java.net.URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20"),
                "CREATE SCHEMA \"文档\"",
                "CREATE TABLE \"文档\".\"a \"\"b\"\".\n(c) FROM stdin;\" (\"x\ny\" int)",
                "INSERT INTO \"文档\".\"a \"\"b\"\".\n(c) FROM stdin;\" VALUES (1), (2)");
        DatabaseFacts facts = dump(database);
        assertThat(rows(facts)).isEqualTo(Map.of("\"文档\".\"a \"\"b\"\".\n(c) FROM stdin;\"", 2L));
    }

    @Test
    void a_table_that_is_locked_too_long_or_not_ours_ends_the_dump_with_pg_dumps_words() {
        String database = server.createDatabase();
        server.execute(PrivatePostgres.SUPERUSER, database, "CREATE TABLE not_ours (id int)");
        PostgreSQLBackup backup = new PostgreSQLBackup(server.config(database));
        try (DatabaseSnapshot snapshot = backup.openSnapshot("op_refused")) {
            assertThatThrownBy(() -> backup.dump(snapshot, OutputStream.nullOutputStream(), bytes -> {}))
                    .isInstanceOf(BackupException.Unavailable.class)
                    .hasMessageContaining("permission denied for table not_ours");
        }
    }

    @Test
    void a_failing_sink_ends_the_dump_with_its_own_exception() {
        String database = server.createDatabase();
        PostgreSQLBackup backup = new PostgreSQLBackup(server.config(database));
        try (DatabaseSnapshot snapshot = backup.openSnapshot("op_sink")) {
            IOException full = new IOException("the disk is full");
            OutputStream sink = new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    throw full;
                }
            };
            assertThatThrownBy(() -> backup.dump(snapshot, sink, bytes -> {})).isSameAs(full);
        }
        awaitNoSession("op_sink");
    }

    @Test
    void an_interrupt_ends_the_dump_and_pg_dump() throws Exception {
        String database = server.createDatabase();
        server.execute(PrivatePostgres.ROLE, database, "CREATE TABLE t (id int)");
        PostgreSQLBackup backup = new PostgreSQLBackup(server.config(database));
        try (Connection blocking = server.connect(PrivatePostgres.ROLE, database);
                DatabaseSnapshot snapshot = backup.openSnapshot("op_interrupted")) {
            blocking.setAutoCommit(false);
            ServerSessions.execute(blocking, "LOCK TABLE t");
            Thread caller = Thread.currentThread();
            Thread canceller = new Thread(() -> {
                Awaitility.await()
                        .until(() -> !server.query(
                                        "postgres",
                                        "SELECT pid FROM pg_stat_activity WHERE application_name = 'op_interrupted'"
                                                + " AND wait_event_type = 'Lock'")
                                .isEmpty());
                caller.interrupt();
            });
            canceller.start();
            assertThatThrownBy(() -> backup.dump(snapshot, OutputStream.nullOutputStream(), bytes -> {}))
                    .isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
            blocking.rollback();
        }
        awaitNoSession("op_interrupted");
    }

    @Test
    void preflight_tells_what_is_missing(@TempDir Path folder) throws IOException {
        String database = server.createDatabase();
        PostgreSQLConfig good = server.config(database);
        new PostgreSQLBackup(good).preflight();

        assertUnavailable(
                config(good, 1, good.password(), database, good.pgBin()), "can not be reached at 127.0.0.1:1");
        assertUnavailable(
                config(good, good.port(), "wrong-password", database, good.pgBin()),
                "refuses the role app or its password");
        assertUnavailable(
                config(good, good.port(), good.password(), "no_such", good.pgBin()), "has no database no_such");
        assertUnavailable(config(good, good.port(), good.password(), database, folder), folder + " (none of them)");

        for (String program : new String[] {"pg_dump", "pg_dumpall", "psql"}) {
            Path file = folder.resolve(program);
            Files.writeString(file, "#!/bin/sh\necho \"" + program + " (PostgreSQL) 12.22\"\n");
            file.toFile().setExecutable(true);
        }
        assertUnavailable(config(good, good.port(), good.password(), database, folder), folder + " (version 12.22)");
    }

    private static void assertUnavailable(PostgreSQLConfig config, String words) {
        assertThatThrownBy(() -> new PostgreSQLBackup(config).preflight())
                .isInstanceOf(BackupException.Unavailable.class)
                .hasMessageContaining(words)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(config.password()));
    }

    private static PostgreSQLConfig config(
            PostgreSQLConfig like, int port, String password, String database, Path bin) {
        return new PostgreSQLConfig(like.host(), port, like.user(), password, database, null, bin);
    }

    private DatabaseFacts facts(String database) {
        try (DatabaseSnapshot snapshot = new PostgreSQLBackup(server.config(database)).openSnapshot("op_facts")) {
            return snapshot.facts();
        }
    }

    private DatabaseFacts dump(String database) throws IOException {
        PostgreSQLBackup backup = new PostgreSQLBackup(server.config(database));
        try (DatabaseSnapshot snapshot = backup.openSnapshot("op_digest")) {
            return backup.dump(snapshot, OutputStream.nullOutputStream(), bytes -> {})
                    .facts();
        }
    }

    private void awaitNoSession(String applicationName) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> server.query(
                                "postgres",
                                "SELECT pid FROM pg_stat_activity WHERE application_name = '" + applicationName + "'")
                        .isEmpty());
    }

    private static Map<String, Long> rows(DatabaseFacts facts) {
        return facts.tables().stream().collect(Collectors.toMap(TableFacts::name, TableFacts::rows));
    }
}
