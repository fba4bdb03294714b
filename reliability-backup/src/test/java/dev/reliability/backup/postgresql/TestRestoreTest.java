package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.core.backup.BackupException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Restores of real dumps into servers that are made for them; whatever happens, nothing of them is left. */
@ExtendWith(PrivatePostgres.Shared.class)
class TestRestoreTest {
    private final PrivatePostgres server;

    @TempDir
    Path temporary;

    private Path folder;
    private TestRestore restore;

    TestRestoreTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void open() throws IOException {
        // The server runs as another user where the tests run as root.
        folder = Files.createTempDirectory("rt");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        restore = new TestRestore(folder, server.bin());
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
        Files.delete(folder);
    }

    @Test
    void everything_that_a_dump_has_arrives_as_a_plain_owner_and_as_a_superuser() throws IOException {
        for (String role : List.of(PrivatePostgres.ROLE, PrivatePostgres.SUPERUSER)) {
            Dump dump = Dump.of(server.config(TestDatabases.documents(server), role));
            List<Long> progress = new ArrayList<>();

            TestRestore.Outcome outcome = restore.run(
                    new TestRestore.Request("op_test", dump.facts(), true, null, dump.source(), -1, progress::add));

            assertThat(outcome.rows()).as(role).isEqualTo(1001);
            assertThat(outcome.tables()).isEqualTo(2);
            assertThat(outcome.remark()).isEmpty();
            assertThat(progress).isNotEmpty().isSorted();
        }
    }

    @Test
    void roles_and_memberships_are_those_of_the_cluster_and_tablespaces_lie_inside_the_new_one() throws Exception {
        server.execute(
                PrivatePostgres.SUPERUSER,
                "postgres",
                "CREATE ROLE \"the team\" NOLOGIN",
                "GRANT \"the team\" TO " + PrivatePostgres.ROLE,
                "SET allow_in_place_tablespaces = on",
                "CREATE TABLESPACE fast LOCATION ''",
                "GRANT CREATE ON TABLESPACE fast TO " + PrivatePostgres.ROLE);
        String database = server.createDatabase();
        server.execute(PrivatePostgres.SUPERUSER, database, "CREATE SCHEMA team AUTHORIZATION \"the team\"");
        server.execute(
                PrivatePostgres.ROLE,
                database,
                "CREATE TABLE team.theirs (a int) TABLESPACE fast",
                "INSERT INTO team.theirs VALUES (1)",
                "ALTER TABLE team.theirs OWNER TO \"the team\"");
        PostgreSQLBackup backup = new PostgreSQLBackup(server.config(database));
        ByteArrayOutputStream globals = new ByteArrayOutputStream();
        backup.globals("op_globals", globals);
        Dump dump = Dump.of(server.config(database));

        TestRestore.Outcome outcome = restore.run(request(dump, source(globals.toString())));

        assertThat(outcome.rows()).isEqualTo(1);
        server.execute(PrivatePostgres.SUPERUSER, database, "DROP TABLE team.theirs");
        server.execute(PrivatePostgres.SUPERUSER, "postgres", "DROP TABLESPACE fast");
    }

    @Test
    void one_row_that_is_missing_doubled_or_another_is_found() throws IOException {
        Dump dump = Dump.of(server.config(table("INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three')")));

        assertDifferent(dump.with("2\ttwo\n", ""), "public.t has 2 rows instead of 3");
        assertDifferent(dump.with("2\ttwo\n", "2\ttwo\n2\ttwo\n"), "public.t has 4 rows instead of 3");
        assertDifferent(dump.with("2\ttwo\n", "2\ttvo\n"), "public.t has other rows");
    }

    @Test
    void rows_that_a_trigger_or_a_rule_of_the_dump_takes_away_on_their_way_are_missed() throws IOException {
        Dump dump = Dump.of(server.config(table("INSERT INTO t VALUES (1, 'one'), (2, 'two')")));
        Dump eating = dump.with(
                "COPY public.t",
                "CREATE FUNCTION public.eat() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';\n"
                        + "CREATE TRIGGER eat BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.eat();\n"
                        + "COPY public.t");

        assertDifferent(eating, "the restored database is not what was backed up: public.t has 0 rows instead of 2");
    }

    @Test
    void sql_that_the_server_refuses_is_told_with_its_line() throws IOException {
        Dump dump = Dump.of(server.config(table())).with("CREATE TABLE public.t", "CREATE TABLE nowhere.t");

        assertThatThrownBy(() -> restore.run(request(dump, null)))
                .isInstanceOfSatisfying(
                        BackupException.Refused.class,
                        refused -> assertThat(refused.reasons())
                                .singleElement()
                                .asString()
                                .matches("line \\d+ of the dump: schema \"nowhere\" does not exist.*"));
    }

    @Test
    void the_sql_of_a_backup_that_a_plain_role_made_runs_no_program_here() throws IOException {
        Path touched = folder.resolveSibling(folder.getFileName() + "-touched");
        Dump dump = Dump.of(server.config(table()));
        Dump hostile = dump.with(
                "CREATE TABLE public.t",
                "RESET ROLE; RESET SESSION AUTHORIZATION; COPY (SELECT 1) TO PROGRAM 'touch " + touched
                        + "';\nCREATE TABLE public.t");

        assertThatThrownBy(() -> restore.run(request(hostile, null)))
                .isInstanceOfSatisfying(
                        BackupException.Refused.class,
                        refused -> assertThat(refused.reasons().toString())
                                .contains(
                                        "must be superuser or have privileges of the pg_execute_server_program role",
                                        "program"));
        assertThat(touched).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GRANT pg_execute_server_program TO app;",
                "ALTER ROLE app WITH CREATEROLE;",
                "CREATE ROLE chief; ALTER ROLE chief WITH SUPERUSER; GRANT chief TO app;"
            })
    void roles_that_are_not_signed_give_nobody_a_program_here(String globals) throws IOException {
        Path touched = folder.resolveSibling(folder.getFileName() + "-touched");
        Dump hostile = Dump.of(server.config(table())).with("CREATE TABLE public.t", """
                DO $$
                DECLARE
                    attempt text;
                BEGIN
                    FOREACH attempt IN ARRAY ARRAY['GRANT pg_execute_server_program TO app', 'SET ROLE chief'] LOOP
                        BEGIN
                            EXECUTE attempt;
                        EXCEPTION WHEN OTHERS THEN
                        END;
                    END LOOP;
                END $$;
                COPY (SELECT 1) TO PROGRAM 'touch %s';
                CREATE TABLE public.t""".formatted(touched));

        assertThatThrownBy(() -> restore.run(request(hostile, false, source("CREATE ROLE app;\n" + globals))))
                .isInstanceOfSatisfying(
                        BackupException.Refused.class,
                        refused -> assertThat(refused.reasons().toString())
                                .contains("COPY to or from an external program"));
        assertThat(touched).doesNotExist();
    }

    @Test
    void what_a_superuser_made_and_nobody_signed_is_loaded_by_a_plain_role_that_can_give_each_its_own()
            throws Exception {
        String database = TestDatabases.documents(server);
        server.execute(PrivatePostgres.SUPERUSER, database, "CREATE TABLE of_the_superuser (a int)");
        PostgreSQLConfig superuser = server.config(database, PrivatePostgres.SUPERUSER);
        Dump dump = Dump.of(superuser);
        ByteArrayOutputStream globals = new ByteArrayOutputStream();
        new PostgreSQLBackup(superuser).globals("op_globals", globals);

        for (DumpSource roles : Arrays.asList(null, source(globals.toString()))) {
            assertThat(restore.run(request(dump, false, roles)).rows()).isEqualTo(1001);
        }
    }

    @Test
    void an_extension_that_is_not_installed_here_is_named_and_is_no_fault_of_the_backup() throws IOException {
        Dump dump = Dump.of(server.config(table()));
        DatabaseFacts facts =
                OtherFacts.than(dump.facts()).extensions("no_such_thing 1.0").facts();

        assertThatThrownBy(() -> restore.run(request(new Dump(facts, dump.sql()), null)))
                .isInstanceOf(BackupException.Unavailable.class)
                .hasMessageContaining("no_such_thing 1.0")
                .hasMessageContaining("not installed here");
    }

    @Test
    void a_locale_that_is_not_known_here_is_replaced_by_c_and_told() throws IOException {
        Dump dump = Dump.of(server.config(table("INSERT INTO t VALUES (1, 'one')")));
        DatabaseFacts facts =
                OtherFacts.than(dump.facts()).collate("xx_XX.utf8").facts();

        TestRestore.Outcome outcome = restore.run(request(new Dump(facts, dump.sql()), null));

        assertThat(outcome.rows()).isEqualTo(1);
        assertThat(outcome.remark()).isEqualTo("sorted as in the locale C, as xx_XX.utf8 is not known here");
    }

    @Test
    void what_is_missing_here_is_told_before_anything_is_started() throws IOException {
        DatabaseFacts facts = Dump.of(server.config(table())).facts();
        DatabaseFacts huge =
                OtherFacts.than(facts).databaseBytes(Long.MAX_VALUE / 2).facts();
        Path programs = Files.createDirectory(temporary.resolve("bin"));
        for (String name : List.of("pg_dump", "pg_dumpall", "psql")) {
            Files.createSymbolicLink(programs.resolve(name), server.bin().resolve(name));
        }

        assertThatThrownBy(() -> restore.preflight(huge))
                .isInstanceOf(BackupException.NoSpace.class)
                .hasMessageContaining(folder.toString());
        assertThatThrownBy(() -> new TestRestore(folder, programs).preflight(facts))
                .isInstanceOf(BackupException.Unavailable.class)
                .hasMessageContaining("initdb, pg_ctl, postgres were not found in " + programs);
        assertThatThrownBy(() -> new TestRestore(folder.resolve("nowhere"), server.bin()).preflight(facts))
                .isInstanceOf(BackupException.Unavailable.class)
                .hasMessageContaining("nowhere, is not there");
    }

    @Test
    void a_folder_whose_path_is_too_long_for_a_socket_is_named() throws IOException {
        Dump dump = Dump.of(server.config(table()));
        Path far = Files.createDirectories(temporary.resolve("x".repeat(100)));

        assertThatThrownBy(() -> new TestRestore(far, server.bin()).run(request(dump, null)))
                .isInstanceOf(BackupException.Unavailable.class)
                .hasMessageContaining("too long for a socket");
        assertThat(far).isEmptyDirectory();
    }

    private static DumpSource source(String globals) {
        return () -> new ByteArrayInputStream(globals.getBytes(StandardCharsets.UTF_8));
    }

    private void assertDifferent(Dump dump, String told) {
        assertThatThrownBy(() -> restore.run(request(dump, null)))
                .isInstanceOf(BackupException.Damaged.class)
                .hasMessageContaining(told);
    }

    private static TestRestore.Request request(Dump dump, @Nullable DumpSource globals) {
        return request(dump, true, globals);
    }

    private static TestRestore.Request request(Dump dump, boolean signed, @Nullable DumpSource globals) {
        return new TestRestore.Request("op_test", dump.facts(), signed, globals, dump.source(), -1, bytes -> {});
    }

    private String table(String... more) {
        String database = server.createDatabase();
        server.execute(PrivatePostgres.ROLE, database, "CREATE TABLE t (id int, name text)");
        server.execute(PrivatePostgres.ROLE, database, more);
        return database;
    }
}
