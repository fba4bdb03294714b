package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Into a new database a dump is loaded in pieces, and their rows are compared beside it; nothing is missed by that. */
@ExtendWith(PrivatePostgres.Shared.class)
class EarlyReadBackTest {
    private static final int ROWS = 200_000;
    private static final String SECOND_TABLE = "COPY public.second ";
    private static final String TRAILER = "--\n-- PostgreSQL database dump complete";

    private final PrivatePostgres server;
    private String live = "";
    private Dump dump = new Dump(null, "");

    EarlyReadBackTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void twoTablesOfWhichOneIsLarge() throws IOException {
        live = server.createDatabase();
        server.execute(
                PrivatePostgres.ROLE,
                live,
                "CREATE TABLE first (id int PRIMARY KEY, text text)",
                "INSERT INTO first SELECT g, repeat(md5(g::text), 3) FROM generate_series(1, " + ROWS + ") g",
                "CREATE TABLE second AS SELECT 1 AS id");
        dump = Dump.of(server.config(live));
        server.execute(PrivatePostgres.ROLE, live, "DROP TABLE first", "CREATE TABLE later ()");
    }

    @Test
    void rows_are_read_back_while_the_next_ones_are_loaded() throws Exception {
        restore(dump.request("op_early", () -> stoppingBefore(SECOND_TABLE, dump, this::untilRowsAreRead)));

        assertThat(server.query(live, "SELECT count(*) FROM first")).containsExactly("" + ROWS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE public.first SET text = 'other' WHERE id = 7;",
                "UPDATE public.first SET text = text;",
                "INSERT INTO public.first VALUES (0, 'more');",
                "DELETE FROM public.first WHERE id = 7; INSERT INTO public.first VALUES (7, 'other');",
                "TRUNCATE public.first;",
            })
    void what_a_dump_does_to_rows_that_were_read_is_found(String sql) {
        Dump changing = dump.with(TRAILER, sql + "\n" + TRAILER);

        assertThatThrownBy(() -> restore(changing.request(
                        "op_early", () -> stoppingBefore(SECOND_TABLE, changing, this::untilRowsAreRead))))
                .isInstanceOf(BackupException.Damaged.class)
                .hasMessageContaining("public.first was changed by what the dump has behind its rows");
        assertUnchanged();
    }

    @Test
    void other_rows_than_those_of_the_dump_are_found() {
        String trigger = "CREATE FUNCTION public.spoil() RETURNS trigger LANGUAGE plpgsql AS $$"
                + " BEGIN NEW.text := CASE NEW.id WHEN 7 THEN 'spoiled' ELSE NEW.text END; RETURN NEW; END $$;\n"
                + "CREATE TRIGGER spoil BEFORE INSERT ON public.first FOR EACH ROW EXECUTE FUNCTION public.spoil();\n";
        Dump spoiling = dump.with("COPY public.first ", trigger + "COPY public.first ");

        assertThatThrownBy(() -> restore(spoiling.request("op_early")))
                .isInstanceOf(BackupException.Damaged.class)
                .hasMessageContaining("public.first has other rows");
        assertUnchanged();
    }

    @Test
    void a_commit_in_the_dump_fails_behind_a_piece_too() {
        Dump stray = dump.with(SECOND_TABLE, "COMMIT;\n" + SECOND_TABLE);

        assertThat(catchThrowable(() -> restore(stray.request("op_early"))))
                .isInstanceOfSatisfying(
                        BackupException.Refused.class,
                        refused -> assertThat(refused.reasons())
                                .singleElement()
                                .asString()
                                .contains("violates foreign key constraint"));
        assertUnchanged();
    }

    @Test
    void an_error_behind_a_piece_names_the_dumps_line() {
        String sql = dump.sql();
        long line = sql.substring(0, sql.indexOf(SECOND_TABLE)).lines().count() + 1;
        Dump wrong = dump.with(SECOND_TABLE, "SELEKT 1;\n" + SECOND_TABLE);

        assertThat(catchThrowable(() -> restore(wrong.request("op_early"))))
                .isInstanceOfSatisfying(
                        BackupException.Refused.class,
                        refused -> assertThat(refused.reasons())
                                .singleElement()
                                .asString()
                                .contains("line " + line + " of the dump: syntax error"));
        assertUnchanged();
    }

    private void restore(RestoreRequest request) throws IOException {
        RestoreResult unused =
                new PostgreSQLRestore(server.config(live), TimeSource.system()).switchTo(request, new RecordedSteps());
    }

    /** A dump that stops in front of a text until something has happened. */
    private static InputStream stoppingBefore(String text, Dump dump, Runnable until) {
        String sql = dump.sql();
        int at = sql.indexOf(text);
        InputStream second = new ByteArrayInputStream(sql.substring(at).getBytes(StandardCharsets.UTF_8)) {
            private boolean stopped;

            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                if (!stopped) {
                    stopped = true;
                    until.run();
                }
                return super.read(bytes, offset, length);
            }
        };
        return new SequenceInputStream(
                new ByteArrayInputStream(sql.substring(0, at).getBytes(StandardCharsets.UTF_8)), second);
    }

    /** The session that reads is idle, and has said the mark behind its third question, which is for the rows. */
    private void untilRowsAreRead() {
        String scratch = DatabaseNames.scratch(live, "op_early");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !server.query(
                                "postgres",
                                "SELECT pid FROM pg_stat_activity WHERE datname = '" + scratch
                                        + "' AND state = 'idle' AND query LIKE 'SELECT ''%\\_3''%'")
                        .isEmpty());
    }

    private void assertUnchanged() {
        assertThat(server.query(live, "SELECT relname FROM pg_class WHERE relname IN ('first', 'second', 'later')"))
                .containsExactlyInAnyOrder("second", "later");
        assertThat(server.query("postgres", "SELECT datname FROM pg_database WHERE datname LIKE '" + live + "\\_%'"))
                .isEmpty();
    }
}
