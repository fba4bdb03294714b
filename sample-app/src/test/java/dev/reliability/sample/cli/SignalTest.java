package dev.reliability.sample.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.time.TimeSource;
import dev.reliability.sample.Main;
import dev.reliability.sample.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signals to real processes in the middle of their work, and what they leave. */
@ExtendWith(PrivatePostgres.Shared.class)
class SignalTest {
    /** A dump that loads until somebody ends it. */
    private static final String SLOW = "CREATE TABLE loaded (id int);\nSELECT pg_catalog.pg_sleep(600);\n"
            + "--\n-- PostgreSQL database dump complete\n--\n";

    /** A dump whose transaction is committed slowly, by a check that waits for its end. */
    private static final String SLOW_TO_COMMIT = """
            CREATE TABLE public.loaded (id int);
            CREATE FUNCTION public.wait() RETURNS trigger LANGUAGE plpgsql AS
                $$BEGIN PERFORM pg_catalog.pg_sleep(4); RETURN NULL; END$$;
            CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON public.loaded
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.wait();
            INSERT INTO public.loaded VALUES (1);
            --
            -- PostgreSQL database dump complete
            --
            """;

    private static final int CTRL_C = 3;

    /** As the shell of a terminal leaves them: whoever runs the tests in the background ignores some, and so would all below. */
    private static final List<String> DEFAULT_SIGNALS = List.of("env", "--default-signal=INT,TERM");

    @TempDir
    private Path folder;

    private String database = "";

    // A terminal's Ctrl-C goes to every process in front, pg_dump and psql among them; a supervisor's TERM to ours
    // alone.
    @ParameterizedTest
    @CsvSource({"INT, -, 130, backup", "TERM, '', 143, backup", "TERM, '', 143, backup --scheduled-for MINUTE"})
    void a_backup_is_cancelled_and_leaves_nothing(
            String signal, String group, int code, String command, PrivatePostgres server) throws Exception {
        database = server.createDatabase();
        server.execute(PrivatePostgres.ROLE, database, "CREATE TABLE held (id int)");
        try (Connection other = server.connect(PrivatePostgres.ROLE, database);
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE held IN ACCESS EXCLUSIVE MODE");
            String minute =
                    TimeSource.system().now().truncatedTo(ChronoUnit.MINUTES).toString();
            Process process = start(server, command.replace("MINUTE", minute).split(" "));
            awaitSession(server, process, "wait_event_type = 'Lock'");

            kill(signal, group, process);

            assertThat(process.waitFor()).as(err()).isEqualTo(code);
        }
        assertThat(err()).contains("interrupted, cleaning up");
        assertThat(out()).isEmpty();
        assertNothingIsLeft(server);
        Process next = start(server, "backup", "--no-wait");
        assertThat(next.waitFor()).as(err()).isZero();
        assertThat(Path.of(out().strip())).isRegularFile();
    }

    @ParameterizedTest
    @CsvSource({"INT, -, 130, switch", "TERM, '', 143, in_place"})
    void a_restore_is_cancelled_and_changes_nothing(
            String signal, String group, int code, String mode, PrivatePostgres server) throws Exception {
        database = server.createDatabase();
        server.execute(PrivatePostgres.ROLE, database, "CREATE TABLE live (id int)");
        Path dump = Files.writeString(folder.resolve("slow.sql"), SLOW);
        Process process = start(server, "restore", "--yes", "--trust", "--mode", mode, dump.toString());
        awaitSession(server, process, "wait_event = 'PgSleep'");

        kill(signal, group, process);

        assertThat(process.waitFor()).as(err()).isEqualTo(code);
        assertThat(err()).contains("interrupted, cleaning up");
        assertNothingIsLeft(server);
        assertThat(server.query("postgres", "SELECT datname FROM pg_database WHERE datname LIKE '" + database + "%'"))
                .containsExactly(database);
        assertThat(server.query(database, "SELECT relname FROM pg_class WHERE relname IN ('live', 'loaded')"))
                .containsExactly("live");
    }

    @Test
    void what_can_only_be_finished_is_finished_and_tells_its_own_end(PrivatePostgres server) throws Exception {
        database = server.createDatabase();
        Path dump = Files.writeString(folder.resolve("slow.sql"), SLOW_TO_COMMIT);
        Process process = start(server, "restore", "--yes", "--trust", "--mode", "in_place", dump.toString());
        awaitSession(server, process, "wait_event = 'PgSleep'");

        kill("TERM", "", process);

        assertThat(process.waitFor()).as(err()).isZero();
        assertThat(err()).contains("interrupted, cleaning up", "too late to cancel", "slow.sql is restored");
        assertThat(out()).startsWith("op_").hasLineCount(1);
        assertThat(server.query(database, "SELECT id::text FROM loaded")).containsExactly("1");
    }

    @Test
    void progress_is_drawn_where_stderr_is_a_terminal_though_stdout_is_none(PrivatePostgres server) throws Exception {
        database = server.createDatabase();
        Path dump = Files.writeString(folder.resolve("slow.sql"), SLOW);
        List<String> command = new ArrayList<>(DEFAULT_SIGNALS);
        command.addAll(java(Main.class));
        command.addAll(List.of("restore", "--yes", "--trust", dump.toString()));
        String line = "exec '" + String.join("' '", command) + "' >'" + folder.resolve("out") + "'";
        Path screen = folder.resolve("screen");
        Process process = builder(server, List.of("script", "-qefc", line, screen.toString()))
                .redirectOutput(folder.resolve("err").toFile())
                .start();

        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(err()).contains("\r\u001b[K\u001b[?7lloading  [##"));
        process.getOutputStream().write(CTRL_C);
        process.getOutputStream().flush();

        assertThat(process.waitFor()).as(err()).isEqualTo(130);
        assertThat(err()).contains("\r\u001b[Kinterrupted, cleaning up", "cancelled by cli:");
        assertThat(out()).startsWith("op_").hasLineCount(1);
    }

    private void assertNothingIsLeft(PrivatePostgres server) throws IOException {
        assertThat(server.query(
                        "postgres", "SELECT query FROM pg_stat_activity WHERE datname LIKE '" + database + "%'"))
                .isEmpty();
        try (Stream<Path> files = Files.walk(folder.resolve("backups"))) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file ->
                                    folder.resolve("backups").relativize(file).toString())
                            .filter(file -> !file.startsWith(".repository/")))
                    .isEmpty();
        }
    }

    /** Waits until a session of the database, or of one that a restore makes beside it, is in this state. */
    private void awaitSession(PrivatePostgres server, Process process, String state) throws IOException {
        String query = "SELECT 1 FROM pg_stat_activity WHERE datname LIKE '" + database + "%' AND " + state;
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() ->
                        !process.isAlive() || !server.query("postgres", query).isEmpty());
        assertThat(process.isAlive()).as(err()).isTrue();
    }

    /** Sends it, and takes care that the process ends within 10 s. */
    private void kill(String signal, String group, Process process) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + signal, "--", group + process.pid()).start();
        assertThat(kill.waitFor()).isZero();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).as(err()).isTrue();
    }

    private Process start(PrivatePostgres server, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(DEFAULT_SIGNALS);
        command.addAll(java(Main.class));
        command.addAll(List.of(arguments));
        return builder(server, command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    private ProcessBuilder builder(PrivatePostgres server, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(Sample.environment(server, database, folder));
        return builder;
    }

    private static List<String> java(Class<?> main) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName());
    }

    private String out() throws IOException {
        return Files.readString(folder.resolve("out"), UTF_8);
    }

    private String err() throws IOException {
        return Files.readString(folder.resolve("err"), UTF_8);
    }
}
