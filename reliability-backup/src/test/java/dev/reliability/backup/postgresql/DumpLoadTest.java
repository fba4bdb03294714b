package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.backup.manifest.DatabaseFacts.TableFacts;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nothing half commits: each way in which a load can go wrong, tried in place, where a half load would be the live
 * database.
 */
@ExtendWith(PrivatePostgres.Shared.class)
class DumpLoadTest {
    /** The dump's first row of the second table: everything before it is loaded when what stands here is met. */
    private static final String MIDDLE = "\n\\.\n";

    private final PrivatePostgres server;
    private String live = "";
    private Dump dump = new Dump(null, "");
    private DatabaseFacts before = null;

    DumpLoadTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void someDocumentsAndLaterOthers() throws IOException {
        live = TestDatabases.documents(server);
        dump = Dump.of(server.config(live));
        server.execute(PrivatePostgres.ROLE, live, "UPDATE documents SET name = 'later'", "CREATE TABLE later ()");
        before = Dump.of(server.config(live)).facts();
    }

    @Test
    void a_commit_in_the_dump_fails() throws IOException {
        Throwable thrown = inPlace(dump.with(MIDDLE, MIDDLE + "COMMIT;\n"));
        assertRefused(thrown, "violates foreign key constraint");
        assertUnchanged();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "END;",
                "COMMIT AND CHAIN;",
                "SELECT 1; COMMIT;",
                "DO $$ BEGIN EXECUTE 'COM' || 'MIT'; END $$;",
                "SET CONSTRAINTS ALL IMMEDIATE;",
                "PREPARE TRANSACTION 'x';",
            })
    void a_commit_in_other_words_fails_too(String sql) throws IOException {
        assertThat(inPlace(dump.with(MIDDLE, MIDDLE + sql + "\n"))).isInstanceOf(BackupException.Refused.class);
        assertUnchanged();
    }

    @Test
    void after_a_rollback_in_the_dump_nothing_can_be_written() throws IOException {
        Throwable thrown = inPlace(dump.with(MIDDLE, MIDDLE + "ROLLBACK;\nDROP TABLE documents CASCADE;\n"));
        assertRefused(thrown, "cannot execute DROP TABLE in a read-only transaction");
        assertUnchanged();
    }

    @Test
    void a_rollback_at_the_end_is_seen() throws IOException {
        Throwable thrown = inPlace(dump.with(
                "--\n-- PostgreSQL database dump complete", "ROLLBACK;\n--\n-- PostgreSQL database dump complete"));
        assertThat(thrown).isInstanceOf(BackupException.class);
        assertUnchanged();
    }

    @Test
    void psqls_own_commands_are_refused(@TempDir Path folder) throws IOException {
        Path written = folder.resolve("written");
        for (String command : List.of(
                "\\! touch " + written,
                "\\copy documents to program 'touch " + written + "'",
                "\\o " + written,
                "SELECT 1 \\g " + written,
                "\\restrict other\n\\unrestrict other\n\\! touch " + written)) {
            Throwable thrown = inPlace(dump.with(MIDDLE, MIDDLE + command + "\n"));
            assertRefused(thrown, "backslash commands are restricted");
            assertThat(written).as(command).doesNotExist();
        }
        assertRefused(inPlace(dump.with(MIDDLE, MIDDLE + "\\unrestrict guessed\n")), "wrong key");
        assertUnchanged();
    }

    @Test
    void psqls_own_commands_are_refused_before_the_dumps_header_and_after_its_trailer(@TempDir Path folder)
            throws IOException {
        Path written = folder.resolve("written");
        String key = dump.sql().replaceAll("(?s).*\\\\restrict (\\w+).*", "$1");
        assertRefused(
                inPlace(dump.with("\\restrict " + key + "\n", "\\restrict " + key + "\n\\! touch " + written + "\n")),
                "backslash commands are restricted");
        assertRefused(
                inPlace(dump.with(
                        "\\unrestrict " + key + "\n", "\\unrestrict " + key + "\n\\! touch " + written + "\n")),
                "backslash commands are restricted");
        assertThat(written).doesNotExist();
        assertUnchanged();
    }

    @Test
    void a_dump_that_is_cut_anywhere_is_damaged() throws IOException {
        for (String at : List.of(
                "CREATE TABLE public.documents",
                "\n500\t",
                "\\.\n",
                "COMMIT;",
                "-- PostgreSQL database dump complete")) {
            assertThat(inPlace(dump.cutAt(at)))
                    .isInstanceOf(BackupException.Damaged.class)
                    .hasMessageContaining("the dump is cut after");
        }
        assertUnchanged();
    }

    @Test
    void a_stream_that_fails_leaves_everything_and_says_why() throws IOException {
        IOException damaged = new IOException("the stored hash does not fit");
        InputStream half = new ByteArrayInputStream(dump.cutAt("\n500\t").sql().getBytes(StandardCharsets.UTF_8));
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw damaged;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw damaged;
            }
        };
        RestoreRequest request = dump.request("op_failing", () -> new SequenceInputStream(half, failing));
        assertThat(catchThrowable(() -> restore().inPlace(request, new RecordedSteps())))
                .isSameAs(damaged);
        assertUnchanged();
    }

    @Test
    void rows_that_were_changed_lost_or_added_are_damage() throws IOException {
        assertThat(inPlace(dump.with("\n500\t", "\n50000\t")))
                .isInstanceOf(BackupException.Damaged.class)
                .hasMessageContaining("public.documents has other rows");
        assertThat(inPlace(dump.with("\n500\tdocument 500\tscan\t500\t\\\\x000001f4", "")))
                .isInstanceOf(BackupException.class);
        List<TableFacts> more = List.of(new TableFacts("public.gone", 0, "0".repeat(32)));
        Dump other = new Dump(dump.facts().withTables(more), dump.sql());
        assertThat(inPlace(other))
                .isInstanceOf(BackupException.Damaged.class)
                .hasMessageContaining("public.gone is missing")
                .hasMessageContaining("public.documents is not in the manifest");
        assertUnchanged();
    }

    @Test
    void what_the_database_made_of_the_rows_is_compared_too() throws IOException {
        String trigger = "CREATE FUNCTION public.spoil() RETURNS trigger LANGUAGE plpgsql AS $$"
                + " BEGIN NEW.name := 'spoiled'; RETURN NEW; END $$;\n"
                + "CREATE TRIGGER spoil BEFORE INSERT ON public.documents FOR EACH ROW EXECUTE FUNCTION public.spoil();\n";
        Dump spoiling = dump.with("COPY public.documents", trigger + "COPY public.documents");
        assertThat(inPlace(spoiling))
                .isInstanceOf(BackupException.Damaged.class)
                .hasMessageContaining(
                        "the restored database is not what was backed up: public.documents has other rows");
        assertThat(inPlace(dump.with("SELECT pg_catalog.lo_create", "SELECT 1 --")))
                .isInstanceOf(BackupException.class);
        assertUnchanged();
    }

    @Test
    @Timeout(60)
    void a_dump_whose_statements_print_much_is_loaded() throws Exception {
        // As pg_dump's do for sequences and large objects.
        Dump talking = dump.with(MIDDLE, MIDDLE + "SELECT 'printed by a statement of the dump';\n".repeat(20_000));
        restore().inPlace(talking.request("op_talking"), new RecordedSteps());
        assertThat(Dump.of(server.config(live)).facts().tables())
                .isEqualTo(dump.facts().tables());
    }

    @Test
    void a_length_other_than_the_manifests_is_damage() throws IOException {
        RestoreRequest request = new RestoreRequest(
                "op_length", dump.source(), dump.facts(), dump.sql().length() + 1L, true, false, false, bytes -> {});
        assertThat(catchThrowable(() -> restore().inPlace(request, new RecordedSteps())))
                .isInstanceOf(BackupException.Damaged.class)
                .hasMessageContaining("bytes");
        assertUnchanged();
    }

    @Test
    void an_sql_error_names_the_dumps_line_and_no_secret() throws IOException {
        String sql = dump.sql();
        int end = sql.indexOf(';', sql.indexOf("CREATE VIEW"));
        long line = sql.substring(0, end).lines().count();
        Throwable thrown = inPlace(dump.with("CREATE VIEW", "CREATE VEIW"));
        assertRefused(thrown, "line " + line + " of the dump: syntax error");
        assertThat(thrown.toString()).doesNotContain(server.password(PrivatePostgres.ROLE));
        assertUnchanged();
    }

    @Test
    void a_process_that_is_killed_while_it_feeds_psql_leaves_everything(@TempDir Path folder) throws Exception {
        // More than what waits in pipes and buffers.
        server.execute(
                PrivatePostgres.ROLE,
                live,
                "INSERT INTO documents (name) SELECT 'more' FROM generate_series(1, 20000)");
        before = Dump.of(server.config(live)).facts();
        Path file = folder.resolve("dump.sql");
        Files.writeString(file, Dump.of(server.config(live)).sql());
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        HangingRestore.class.getName(),
                        server.bin().toString(),
                        Integer.toString(server.port()),
                        server.password(PrivatePostgres.ROLE),
                        live,
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> !process.isAlive()
                        || !sessions("query LIKE 'COPY%' AND wait_event = 'ClientRead'")
                                .isEmpty());
        assertThat(process.isAlive())
                .as(Files.readString(folder.resolve("output")))
                .isTrue();
        process.destroyForcibly().waitFor();
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> sessions("true").isEmpty());
        assertUnchanged();
    }

    private List<String> sessions(String condition) {
        return server.query(
                "postgres",
                "SELECT pid FROM pg_stat_activity WHERE application_name = '" + HangingRestore.OPERATION + "' AND ("
                        + condition + ")");
    }

    private Throwable inPlace(Dump spoiled) {
        return catchThrowable(() -> restore().inPlace(spoiled.request("op_spoiled"), new RecordedSteps()));
    }

    private PostgreSQLRestore restore() {
        return new PostgreSQLRestore(server.config(live), TimeSource.system());
    }

    private static void assertRefused(Throwable thrown, String reason) {
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        BackupException.Refused.class,
                        refused -> assertThat(refused.reasons())
                                .singleElement()
                                .asString()
                                .contains(reason));
    }

    private void assertUnchanged() throws IOException {
        DatabaseFacts now = Dump.of(server.config(live)).facts();
        assertThat(now.tables()).isEqualTo(before.tables());
        assertThat(now.largeObjects()).isEqualTo(before.largeObjects());
        assertThat(now.sequences()).isEqualTo(before.sequences());
    }
}
