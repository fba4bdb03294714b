package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.time.TimeSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every kind of object and every type that pg_dump writes comes back: the superuser's own pg_dump prints the same text of
 * the database before and after, rows, privileges, owners and comments included.
 */
@ExtendWith(PrivatePostgres.Shared.class)
class RoundTripTest {
    private static final String OWNER = "/roundtrip/owner.sql";
    private static final String SUPERUSER = "/roundtrip/superuser.sql";

    private final PrivatePostgres server;
    private String database = "";

    RoundTripTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void make() throws Exception {
        for (String role : new String[] {"roundtrip_team", "roundtrip_reader", "roundtrip_other"}) {
            if (server.query("postgres", "SELECT 1 FROM pg_roles WHERE rolname = '" + role + "'")
                    .isEmpty()) {
                server.execute(PrivatePostgres.SUPERUSER, "postgres", "CREATE ROLE " + role);
            }
        }
        server.execute(PrivatePostgres.SUPERUSER, "postgres", "GRANT roundtrip_team TO " + PrivatePostgres.ROLE);
        database = server.createDatabase();
        ClientProgram.execute(server, PrivatePostgres.ROLE, database, OWNER);
    }

    @ParameterizedTest
    @ValueSource(strings = {PrivatePostgres.ROLE, PrivatePostgres.SUPERUSER})
    void all_that_a_plain_owner_can_make_comes_back_by_switch(String role) throws Exception {
        server.execute(
                PrivatePostgres.ROLE,
                database,
                "COMMENT ON DATABASE " + database + " IS 'it''s all'",
                "ALTER DATABASE " + database + " SET timezone = 'Asia/Shanghai'",
                "ALTER DATABASE " + database + " SET bytea_output = 'escape'",
                "ALTER DATABASE " + database + " SET search_path = ext, public, \"中文模式\"",
                "REVOKE TEMPORARY ON DATABASE " + database + " FROM PUBLIC",
                "GRANT CREATE ON DATABASE " + database + " TO roundtrip_reader WITH GRANT OPTION");
        String before = ClientProgram.dump(server, database);
        Dump dump = Dump.of(server.config(database, role));
        spoil();

        restore(role).switchTo(dump.request(operation()), new RecordedSteps());

        assertSame(before, ClientProgram.dump(server, database));
    }

    @ParameterizedTest
    @ValueSource(strings = {PrivatePostgres.ROLE, PrivatePostgres.SUPERUSER})
    void all_that_a_plain_owner_can_make_comes_back_in_place(String role) throws Exception {
        String before = ClientProgram.dump(server, database);
        Dump dump = Dump.of(server.config(database, role));
        spoil();

        restore(role).inPlace(dump.request(operation()), new RecordedSteps());

        assertSame(before, ClientProgram.dump(server, database));
    }

    @Test
    void what_needs_a_superuser_comes_back_by_a_superusers_switch() throws Exception {
        makeWhatNeedsASuperuser();
        String before = ClientProgram.dump(server, database);
        Dump dump = Dump.of(server.config(database, PrivatePostgres.SUPERUSER));
        spoil();

        restore(PrivatePostgres.SUPERUSER).switchTo(dump.request(operation()), new RecordedSteps());

        assertSame(before, ClientProgram.dump(server, database));
    }

    @Test
    void what_needs_a_superuser_comes_back_in_place_by_a_superuser() throws Exception {
        makeWhatNeedsASuperuser();
        String before = ClientProgram.dump(server, database);
        Dump dump = Dump.of(server.config(database, PrivatePostgres.SUPERUSER));
        spoil();

        restore(PrivatePostgres.SUPERUSER).inPlace(dump.request(operation()), new RecordedSteps());

        assertSame(before, ClientProgram.dump(server, database));
    }

    @Test
    void what_needs_a_superuser_is_refused_to_a_plain_owner_and_nothing_is_changed() throws Exception {
        makeWhatNeedsASuperuser();
        Dump dump = Dump.of(server.config(database, PrivatePostgres.SUPERUSER));
        spoil();
        String before = ClientProgram.dump(server, database);

        assertThatThrownBy(() -> restore(PrivatePostgres.ROLE).switchTo(dump.request(operation()), new RecordedSteps()))
                .isInstanceOfSatisfying(
                        BackupException.Refused.class,
                        refused -> assertThat(refused.reasons())
                                .singleElement()
                                .asString()
                                .contains("must be member of role \"roundtrip_other\""));
        assertThatThrownBy(() -> restore(PrivatePostgres.ROLE).inPlace(dump.request(operation()), new RecordedSteps()))
                .isInstanceOfSatisfying(
                        BackupException.Refused.class,
                        refused -> assertThat(refused.reasons())
                                .contains(
                                        "table of_other belongs to roundtrip_other",
                                        "event trigger watching belongs to postgres"));

        assertSame(before, ClientProgram.dump(server, database));
    }

    private void makeWhatNeedsASuperuser() throws Exception {
        if (server.query("postgres", "SELECT 1 FROM pg_tablespace WHERE spcname = 'roundtrip_space'")
                .isEmpty()) {
            server.execute(
                    PrivatePostgres.SUPERUSER,
                    "postgres",
                    "SET allow_in_place_tablespaces = on",
                    "CREATE TABLESPACE roundtrip_space LOCATION ''");
        }
        ClientProgram.execute(server, PrivatePostgres.SUPERUSER, database, SUPERUSER);
    }

    /** What happens to a database after its backup. */
    private void spoil() {
        server.execute(
                PrivatePostgres.ROLE,
                database,
                "DELETE FROM public.all_types",
                "UPDATE public.checked SET x = 50",
                "TRUNCATE public.secured, public.measured CASCADE",
                "SELECT nextval('public.countdown'), setval('public.untouched', 4000)",
                "ALTER TABLE public.numbered ALTER always RESTART",
                "DROP VIEW public.barrier CASCADE",
                "DROP POLICY own_rows ON public.secured",
                "CREATE TABLE public.newcomer (id serial)",
                "CREATE SCHEMA later",
                "REVOKE USAGE ON SCHEMA public FROM PUBLIC",
                "GRANT ALL ON SCHEMA public TO roundtrip_reader",
                "COMMENT ON SCHEMA public IS 'changed'",
                "SELECT lo_unlink(4711), lo_put(4712, 0, 'no more empty'), lo_create(99)");
    }

    /** Shows the first line that differs, not both whole dumps. */
    private static void assertSame(String before, String after) {
        List<String> expected = before.lines().toList();
        List<String> actual = after.lines().toList();
        for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
            assertThat(actual.get(i))
                    .as("line %d, after %s", i + 1, actual.subList(Math.max(0, i - 8), i))
                    .isEqualTo(expected.get(i));
        }
        assertThat(actual).hasSameSizeAs(expected);
    }

    private PostgreSQLRestore restore(String role) {
        return new PostgreSQLRestore(server.config(database, role), TimeSource.system());
    }

    private String operation() {
        return "op_" + database;
    }
}
