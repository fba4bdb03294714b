package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Restores that take more room than the database had that was backed up. */
@ExtendWith(PrivatePostgres.Shared.class)
class GrowthLimitTest {
    /** 10,000 pages, a row each. */
    private static final String GROWING = "ALTER TABLE public.note SET (fillfactor = 10);"
            + " INSERT INTO public.note SELECT repeat('x', 1500) FROM generate_series(1, 10000);\n";

    private static final long EXPECTED = 9_000_000;

    private final PrivatePostgres server;
    private final RecordedSteps steps = new RecordedSteps();

    private String live = "";
    private Dump dump = new Dump(null, "");

    GrowthLimitTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void someRowsAndLaterOthers() throws IOException {
        live = server.createDatabase();
        server.execute(
                PrivatePostgres.ROLE, live, "CREATE TABLE note (words text)", "INSERT INTO note VALUES ('first')");
        Dump made = Dump.of(server.config(live));
        dump = new Dump(OtherFacts.than(made.facts()).databaseBytes(EXPECTED).facts(), made.sql());
        server.execute(PrivatePostgres.ROLE, live, "UPDATE note SET words = 'second'");
    }

    @Test
    void one_that_grows_and_never_ends_is_stopped_in_the_middle_of_its_statement() {
        BackupException.Refused refused = refused(growing(GROWING + "SELECT pg_sleep(600);\n"), "op_growing");

        assertTooLarge(refused, "growing");
    }

    @Test
    void one_that_has_grown_before_anybody_looked_is_refused_before_the_switch() {
        BackupException.Refused refused =
                refused(growing(GROWING + "DELETE FROM public.note WHERE words <> 'first';\n"), "op_grown");

        assertTooLarge(refused, "grown");
    }

    @Test
    void a_small_one_may_take_more_than_its_part_and_one_of_unknown_size_anything() throws IOException {
        // An empty database alone is larger.
        Dump tiny = new Dump(OtherFacts.than(dump.facts()).databaseBytes(1).facts(), dump.sql());
        restore().switchTo(tiny.request("op_tiny"), steps);
        assertThat(server.query(live, "SELECT words FROM note")).containsExactly("first");

        Dump unknown = growing(GROWING + "DELETE FROM public.note WHERE words <> 'first';\n");
        restore().switchTo(unknown.foreign("op_unknown"), new RecordedSteps());
        assertThat(server.query(live, "SELECT words FROM note")).containsExactly("first");
    }

    @Test
    void a_dump_longer_than_the_one_that_was_written_is_damage_before_its_end() {
        long[] read = {0};
        byte[] head = dump.sql().getBytes(StandardCharsets.UTF_8);
        DumpSource endless = () -> new SequenceInputStream(new ByteArrayInputStream(head), new InputStream() {
            @Override
            public int read() {
                read[0]++;
                return '\n';
            }
        });
        DatabaseFacts facts = dump.facts();
        RestoreRequest request =
                new RestoreRequest("op_endless", endless, facts, head.length, true, false, false, bytes -> {});

        BackupException.Damaged damaged = catchThrowableOfType(
                BackupException.Damaged.class, () -> restore().switchTo(request, steps));

        assertThat(damaged)
                .hasMessageContaining("more bytes than the " + head.length + " that it had when it was written");
        assertThat(read[0]).isLessThan(2 << 20);
        assertNothingReplaced("endless");
    }

    private Dump growing(String sql) {
        return dump.with(
                "\n-- PostgreSQL database dump complete", "\n" + sql + "\n-- PostgreSQL database dump complete");
    }

    private BackupException.Refused refused(Dump growing, String operation) {
        return catchThrowableOfType(
                BackupException.Refused.class, () -> restore().switchTo(growing.request(operation), steps));
    }

    private void assertTooLarge(BackupException.Refused refused, String operation) {
        assertThat(refused).isNotNull();
        assertThat(refused.reasons()).hasSize(1);
        assertThat(refused.reasons().get(0))
                .matches("the database " + live + "_r_" + operation + " has grown to [0-9]{8,9} bytes, and the one that"
                        + " was backed up had " + EXPECTED + ": more than " + (EXPECTED + GrowthLimit.AT_LEAST)
                        + " are not expected, .*");
        assertNothingReplaced(operation);
    }

    private void assertNothingReplaced(String operation) {
        assertThat(server.query(live, "SELECT words FROM note")).containsExactly("second");
        assertThat(server.query("postgres", "SELECT datname FROM pg_database WHERE datname LIKE '" + live + "\\_%'"))
                .as(operation)
                .isEmpty();
    }

    private PostgreSQLRestore restore() {
        return new PostgreSQLRestore(server.config(live), TimeSource.system());
    }
}
