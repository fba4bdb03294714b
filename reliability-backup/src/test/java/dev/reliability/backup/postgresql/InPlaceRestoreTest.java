package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.sql.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(PrivatePostgres.Shared.class)
class InPlaceRestoreTest {
    private final PrivatePostgres server;
    private final RecordedSteps steps = new RecordedSteps();

    InPlaceRestoreTest(PrivatePostgres server) {
        this.server = server;
    }

    @ParameterizedTest
    @ValueSource(strings = {PrivatePostgres.ROLE, PrivatePostgres.SUPERUSER})
    void everything_is_replaced_by_what_the_dump_has(String role) throws IOException {
        String live = TestDatabases.documents(server);
        Dump dump = Dump.of(server.config(live));
        server.execute(
                PrivatePostgres.ROLE,
                live,
                "UPDATE documents SET name = 'later'",
                "CREATE SCHEMA later",
                "CREATE TABLE later.t (id int REFERENCES public.documents)",
                "CREATE TABLE parted (id int) PARTITION BY RANGE (id)",
                "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (9)",
                "CREATE MATERIALIZED VIEW public.seen AS SELECT * FROM documents",
                "CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int)",
                "CREATE PROCEDURE nothing() LANGUAGE sql AS ''",
                "CREATE TYPE span AS RANGE (SUBTYPE = int)",
                "CREATE TEXT SEARCH CONFIGURATION words (COPY = simple)",
                "CREATE COLLATION mine FROM \"C\"",
                "CREATE CAST (kind AS pair) WITH INOUT",
                "CREATE EXTENSION citext",
                "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
                "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
                "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO PUBLIC",
                "SELECT lo_create(0)");

        RestoreResult result = new PostgreSQLRestore(server.config(live, role), TimeSource.system())
                .inPlace(dump.request("op_in_place"), steps);

        Dump restored = Dump.of(server.config(live));
        assertThat(schema(restored)).isEqualTo(schema(dump));
        assertThat(restored.facts().tables()).isEqualTo(dump.facts().tables());
        assertThat(restored.facts().largeObjects()).isEqualTo(2);
        assertThat(result.keptAs()).isNull();
        assertThat(result.rows()).isEqualTo(1001);
        assertThat(steps.steps().keySet()).containsExactly(RestoreSteps.COMMITTING, RestoreSteps.COMMITTED);
    }

    @Test
    void objects_of_other_roles_are_named_before_anything_is_touched() throws IOException {
        String live = TestDatabases.documents(server);
        Dump dump = Dump.of(server.config(live));
        server.execute(
                PrivatePostgres.SUPERUSER,
                live,
                "CREATE TABLE not_ours (id serial)",
                "CREATE FUNCTION not_ours() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "CREATE SCHEMA not_ours",
                "CREATE EXTENSION citext",
                "SELECT lo_create(4711)");
        assertThat(refused(live, dump).reasons())
                .containsExactlyInAnyOrder(
                        "table not_ours belongs to postgres",
                        "sequence not_ours_id_seq belongs to postgres",
                        "function not_ours() belongs to postgres",
                        "schema not_ours belongs to postgres",
                        "extension citext belongs to postgres",
                        "large object 4711 belongs to postgres");
        assertThat(steps.steps()).isEmpty();
    }

    @Test
    void a_database_that_is_not_there_is_unavailable() throws IOException {
        Dump dump = Dump.of(server.config(TestDatabases.documents(server)));
        assertThatThrownBy(() -> new PostgreSQLRestore(server.config("no_such"), TimeSource.system())
                        .inPlace(dump.request("op_nowhere"), steps))
                .isInstanceOf(BackupException.Unavailable.class)
                .hasMessageContaining("has no database no_such");
    }

    @Test
    void read_only_ends_with_the_restore() throws IOException {
        String live = TestDatabases.documents(server);
        Dump dump = Dump.of(server.config(live));
        server.execute(PrivatePostgres.ROLE, live, "DELETE FROM documents");
        new PostgreSQLRestore(server.config(live), TimeSource.system()).inPlace(dump.readOnly("op_quiet"), steps);
        assertThat(server.query(live, "SHOW default_transaction_read_only")).containsExactly("off");
        assertThat(server.query(live, "SELECT count(*) FROM documents")).containsExactly("1000");
        assertThat(steps.steps().keySet())
                .containsExactly(RestoreSteps.READ_ONLY, RestoreSteps.COMMITTING, RestoreSteps.COMMITTED);
    }

    @Test
    void a_session_that_comes_after_the_load_began_keeps_seeing_the_old_rows() throws Exception {
        String live = TestDatabases.documents(server);
        Dump dump = Dump.of(server.config(live));
        server.execute(PrivatePostgres.ROLE, live, "UPDATE documents SET name = 'later' WHERE id = 1");
        String[] seen = {""};
        RestoreSteps beforeCommit = (name, details) -> {
            if (name.equals(RestoreSteps.COMMITTING)) {
                try (Connection connection = server.connect(PrivatePostgres.ROLE, live)) {
                    ServerSessions.execute(connection, "SET lock_timeout = '100ms'");
                    ServerSessions.execute(connection, "SELECT * FROM documents");
                } catch (java.sql.SQLException waits) {
                    seen[0] = String.valueOf(waits.getMessage());
                }
            }
        };
        new PostgreSQLRestore(server.config(live), TimeSource.system()).inPlace(dump.request("op_waits"), beforeCommit);
        assertThat(seen[0]).contains("lock timeout");
        assertThat(server.query(live, "SELECT name FROM documents WHERE id = 1"))
                .containsExactly("document 1");
    }

    private BackupException.Refused refused(String live, Dump dump) {
        BackupException.Refused refused = catchThrowableOfType(
                BackupException.Refused.class,
                () -> new PostgreSQLRestore(server.config(live), TimeSource.system())
                        .inPlace(dump.request("op_refused"), steps));
        assertThat(refused).isNotNull();
        return refused;
    }

    /** The SQL without rows and what differs from run to run. */
    private static String schema(Dump dump) {
        return dump.sql().replaceAll("(?m)^\\\\(un)?restrict .*$", "").replaceAll("(?s)FROM stdin;.*?\n\\\\\\.\n", "");
    }
}
