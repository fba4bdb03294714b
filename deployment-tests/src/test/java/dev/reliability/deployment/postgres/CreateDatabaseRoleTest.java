package dev.reliability.deployment.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.deployment.Project;
import dev.reliability.deployment.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CreateDatabaseRoleTest {
    private static PrivateServer server;

    @TempDir
    Path folder;

    @BeforeAll
    static void start(@TempDir Path home) {
        server = PrivateServer.start(home);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private Shell.Result create(Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>(server.path());
        environment.putAll(Map.of(
                "DB_HOST",
                "127.0.0.1",
                "DB_PORT",
                server.port(),
                "DB_ADMIN_PASSWORD",
                PrivateServer.PASSWORD,
                "DB_WAIT_SECONDS",
                "1"));
        environment.putAll(settings);
        return Shell.run(
                environment,
                Project.path("deploy/postgres/create-database-role.sh").toString());
    }

    private void made(Map<String, String> settings) {
        Shell.Result result = create(settings);
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    private String asRole(String user, String password, String database, String sql) {
        Shell.Result result = server.query(user, password, database, sql);
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output().strip();
    }

    @Test
    void the_role_owns_its_database_and_may_make_others_and_end_sessions_and_no_more() {
        made(Map.of("DB_USER", "plain", "DB_PASSWORD", "first", "DB_NAME", "library"));
        assertThat(asRole("plain", "first", "library", """
                        SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls,
                            pg_has_role('pg_signal_backend', 'MEMBER') FROM pg_roles WHERE rolname = current_user;
                        SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'library';
                        CREATE DATABASE another;
                        """)).isEqualTo("f|t|f|f|f|t\nplain");
    }

    @Test
    void run_again_it_changes_nothing_but_the_password() {
        Map<String, String> settings = Map.of("DB_USER", "again", "DB_PASSWORD", "first", "DB_NAME", "again_db");
        made(settings);
        asRole("again", "first", "again_db", "CREATE TABLE kept (x int); INSERT INTO kept VALUES (7);");
        made(settings);
        made(Map.of("DB_USER", "again", "DB_PASSWORD", "second", "DB_NAME", "again_db"));
        assertThat(asRole("again", "second", "again_db", "SELECT x FROM kept;")).isEqualTo("7");
        assertThat(server.query("again", "first", "again_db", "SELECT 1;").exitCode())
                .isNotZero();
    }

    @Test
    void any_name_and_any_password_is_taken_for_what_it_is() {
        String name = "o'Brien\"; DROP ROLE postgres; -- $1 \\";
        String password = "'; ALTER ROLE x SUPERUSER; -- \" \\ $HOME `id` %I 密码";
        made(Map.of("DB_USER", name, "DB_PASSWORD", password, "DB_NAME", "da\"ta'base \\ 1"));
        assertThat(asRole(name, password, "da\"ta'base \\ 1", "SELECT current_user;"))
                .isEqualTo(name);
    }

    @Test
    void secrets_come_from_files_and_a_line_break_at_the_end_is_none_of_them() throws IOException {
        Path admin = Files.writeString(folder.resolve("admin"), PrivateServer.PASSWORD + "\n");
        Path role = Files.writeString(folder.resolve("role"), "of a file\n");
        made(Map.of(
                "DB_USER", "filed",
                "DB_PASSWORD_FILE", role.toString(),
                "DB_NAME", "filed",
                "DB_ADMIN_PASSWORD", "",
                "DB_ADMIN_PASSWORD_FILE", admin.toString()));
        assertThat(asRole("filed", "of a file", "filed", "SELECT 1;")).isEqualTo("1");
    }

    @Test
    void no_secret_is_on_the_command_line_of_psql() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path seen = folder.resolve("seen");
        Path psql = Files.writeString(bin.resolve("psql"), """
                #!/bin/sh
                printf '%%s\\n' "$@" >>'%s'
                PATH=${PATH#*:} exec psql "$@"
                """.formatted(seen));
        assertThat(psql.toFile().setExecutable(true)).isTrue();
        made(Map.of(
                "PATH", bin + ":" + server.path().get("PATH"),
                "DB_USER", "watched",
                "DB_PASSWORD", "nobody-sees-this",
                "DB_NAME", "watched"));
        assertThat(Files.readString(seen)).contains("ON_ERROR_STOP=1").doesNotContain("nobody-sees-this", "secret");
    }

    @Test
    void the_database_of_somebody_else_becomes_the_roles() {
        made(Map.of("DB_USER", "before", "DB_PASSWORD", "x", "DB_NAME", "handed_over"));
        made(Map.of("DB_USER", "after", "DB_PASSWORD", "x", "DB_NAME", "handed_over"));
        assertThat(asRole(
                        "after",
                        "x",
                        "handed_over",
                        "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'handed_over';"))
                .isEqualTo("after");
    }

    @Test
    void no_empty_database_takes_the_place_of_a_lost_one() {
        Map<String, String> settings = Map.of("DB_USER", "robbed", "DB_PASSWORD", "x", "DB_NAME", "treasure");
        made(settings);
        asRole("postgres", PrivateServer.PASSWORD, "postgres", "DROP DATABASE treasure;");
        Shell.Result again = create(settings);
        assertThat(again.exitCode()).as(again.output()).isZero();
        assertThat(again.output()).contains("database treasure was lost", "restore a backup");
        assertThat(asRole("robbed", "x", "postgres", "SELECT count(*) FROM pg_database WHERE datname = 'treasure';"))
                .isEqualTo("0");
    }

    @Test
    void one_that_ended_before_it_made_the_database_is_made_up_for() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path psql = Files.writeString(bin.resolve("psql"), """
                #!/bin/sh
                PATH=${PATH#*:}
                case " $* " in
                    *" -f - "*) sed "s|^SELECT format('CREATE DATABASE.*|SELECT 1 / 0;|" | psql "$@" ;;
                    *) psql "$@" ;;
                esac
                """);
        assertThat(psql.toFile().setExecutable(true)).isTrue();
        Map<String, String> settings = Map.of("DB_USER", "late", "DB_PASSWORD", "x", "DB_NAME", "half_made");
        Map<String, String> ending = new HashMap<>(settings);
        ending.put("PATH", bin + ":" + server.path().get("PATH"));
        assertThat(create(ending).output()).contains("division by zero");
        made(settings);
        assertThat(asRole(
                        "late",
                        "x",
                        "half_made",
                        "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'half_made';"))
                .isEqualTo("late");
    }

    @Test
    void a_superuser_is_not_made_the_backends_role() {
        asRole("postgres", PrivateServer.PASSWORD, "postgres", "CREATE ROLE mighty SUPERUSER;");
        assertThat(create(Map.of("DB_USER", "mighty", "DB_PASSWORD", "x")))
                .satisfies(result -> assertThat(result.exitCode()).isNotZero())
                .satisfies(result -> assertThat(result.output()).contains("is a superuser: choose another DB_USER"));
        assertThat(create(Map.of("DB_USER", "postgres", "DB_PASSWORD", "x")).output())
                .contains("the backend must not run as superuser");
    }

    @Test
    void what_is_missing_is_named() {
        assertThat(create(Map.of("DB_USER", "x")).output()).contains("DB_PASSWORD is not set");
        assertThat(create(Map.of("DB_PASSWORD", "x")).output()).contains("DB_USER");
        assertThat(create(Map.of("DB_USER", "x", "DB_PASSWORD_FILE", "/not/there"))
                        .output())
                .contains("/not/there can not be read");
    }

    @Test
    void a_wrong_password_is_told_at_once() {
        Shell.Result result = create(
                Map.of("DB_USER", "x", "DB_PASSWORD", "y", "DB_ADMIN_PASSWORD", "wrong", "DB_WAIT_SECONDS", "600"));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).contains("authentication failed").doesNotContain("wrong");
    }

    @Test
    void a_server_that_is_not_there_is_waited_for_and_then_named() {
        Shell.Result result = create(Map.of("DB_USER", "x", "DB_PASSWORD", "y", "DB_PORT", "1"));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).contains("PostgreSQL on 127.0.0.1:1");
    }
}
