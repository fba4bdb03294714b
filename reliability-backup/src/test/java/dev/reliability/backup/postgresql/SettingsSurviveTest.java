package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What makes a database beside its contents comes back with it, or stays, as each kind of restore promises. */
@ExtendWith(PrivatePostgres.Shared.class)
class SettingsSurviveTest {
    private static final String TEAM = "survive_team";
    private static final String READER = "survive_reader";
    private static final String MEMBER = "survive_member";
    private static final String PLAIN = "survive_plain";

    private final PrivatePostgres server;
    private String live = "";

    SettingsSurviveTest(PrivatePostgres server) {
        this.server = server;
    }

    /** What a database has, as SQL in which its name is {@code %1$s}. */
    private enum Dress {
        NOTHING_OF_ITS_OWN(""),
        THE_DEFAULT_PRIVILEGES_IN_WORDS("GRANT CONNECT ON DATABASE %1$s TO PUBLIC"),
        PRIVILEGES_FOR_ROLES("GRANT CONNECT ON DATABASE %1$s TO survive_reader WITH GRANT OPTION;"
                + " GRANT CREATE, TEMPORARY ON DATABASE %1$s TO survive_member"),
        NOTHING_FOR_PUBLIC("REVOKE ALL ON DATABASE %1$s FROM PUBLIC; GRANT CONNECT ON DATABASE %1$s TO survive_reader"),
        LESS_FOR_ITS_OWNER("REVOKE CREATE, TEMPORARY ON DATABASE %1$s FROM app"),
        NOTHING_FOR_ANYBODY(PrivatePostgres.SUPERUSER, "REVOKE ALL ON DATABASE %1$s FROM PUBLIC, app"),
        A_TIME_ZONE("ALTER DATABASE %1$s SET timezone = 'Asia/Shanghai'"),
        A_SEARCH_PATH("ALTER DATABASE %1$s SET search_path = \"$user\", public, \"a \"\"b\"\" c\", \"中文\""),
        AN_EMPTY_SEARCH_PATH("ALTER DATABASE %1$s SET search_path = ''"),
        A_PARAMETER_OF_THE_APPLICATION("GRANT SET ON PARAMETER survive.motto TO app;"
                + " ALTER DATABASE %1$s SET survive.motto = 'it''s \"so\" = \\ {a,b}, '"),
        A_SETTING_FOR_A_ROLE("ALTER ROLE app IN DATABASE %1$s SET bytea_output = 'escape'"),
        AN_OWNER("ALTER DATABASE %1$s OWNER TO survive_team"),
        A_COMMENT("COMMENT ON DATABASE %1$s IS E'it''s\\n\"ours\" \\\\ 文档'"),
        A_CONNECTION_LIMIT("ALTER DATABASE %1$s CONNECTION LIMIT 33");

        private final String role;
        private final String sql;

        Dress(String sql) {
            this(PrivatePostgres.ROLE, sql);
        }

        /** @param role who backs up and restores: one that gets in */
        Dress(String role, String sql) {
            this.role = role;
            this.sql = sql;
        }
    }

    @BeforeEach
    void a_database_and_roles() {
        if (server.query("postgres", "SELECT 1 FROM pg_roles WHERE rolname = '" + TEAM + "'")
                .isEmpty()) {
            server.execute(
                    PrivatePostgres.SUPERUSER,
                    "postgres",
                    "CREATE ROLE " + TEAM,
                    "GRANT " + TEAM + " TO " + PrivatePostgres.ROLE,
                    "CREATE ROLE " + READER,
                    "CREATE ROLE " + MEMBER + " LOGIN PASSWORD '" + MEMBER + "' IN ROLE " + READER,
                    "CREATE ROLE " + PLAIN + " LOGIN PASSWORD '" + PLAIN + "'");
        }
        live = server.createDatabase();
        server.execute(PrivatePostgres.ROLE, live, "CREATE TABLE document (title text)");
    }

    @ParameterizedTest
    @EnumSource
    void it_stays_in_place_goes_with_a_switch_comes_with_its_backup_and_is_back_after_an_undo(Dress dress)
            throws IOException {
        List<String> plain = dress();
        PostgreSQLRestore restore = new PostgreSQLRestore(server.config(live, dress.role), TimeSource.system());
        Dump ofPlain = Dump.of(server.config(live, dress.role));
        server.execute(PrivatePostgres.SUPERUSER, "postgres", dress.sql.formatted(live));
        Dump ofDressed = Dump.of(server.config(live, dress.role));
        List<String> dressed = dress();
        RecordedSteps first = new RecordedSteps();
        RecordedSteps second = new RecordedSteps();

        RestoreResult unused = restore.inPlace(ofPlain.request("op_in_place"), new RecordedSteps());
        assertThat(dress()).as("in place").isEqualTo(dressed);

        unused = restore.switchTo(ofPlain.request("op_first"), first);
        assertThat(dress()).as("after a switch to another one").isEqualTo(plain);

        unused = restore.switchTo(ofDressed.request("op_second"), second);
        assertThat(dress()).as("after a switch to its backup").isEqualTo(dressed);

        unused = restore.switchBack("op_undo", "op_second", switching(second), new RecordedSteps());
        assertThat(dress()).as("after the undo of that").isEqualTo(plain);

        unused = restore.switchBack("op_undo_first", "op_first", switching(first), new RecordedSteps());
        assertThat(dress()).as("after the undo of the first").isEqualTo(dressed);
    }

    @Test
    void the_replaced_database_is_closed_to_everybody_but_superusers_until_it_is_live_again() throws Exception {
        server.execute(
                PrivatePostgres.SUPERUSER,
                "postgres",
                "GRANT CONNECT ON DATABASE " + live + " TO " + READER + " WITH GRANT OPTION",
                "SET ROLE " + READER,
                "GRANT CONNECT ON DATABASE " + live + " TO " + MEMBER);
        PostgreSQLRestore restore = new PostgreSQLRestore(server.config(live), TimeSource.system());
        RecordedSteps steps = new RecordedSteps();
        List<String> everybody = List.of(PLAIN, PrivatePostgres.ROLE, MEMBER);

        String kept = restore.switchTo(Dump.of(server.config(live)).request("op_closing"), steps)
                .keptAs();

        for (String role : everybody) {
            server.connect(role, live).close();
            assertThatThrownBy(() -> server.connect(role, kept))
                    .as(role)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("permission denied for database");
        }
        assertThat(server.query(kept, "SELECT count(*) FROM document")).containsExactly("0");
        RestoreResult unused = restore.switchBack("op_opening", "op_closing", switching(steps), new RecordedSteps());
        for (String role : everybody) {
            server.connect(role, live).close();
        }
    }

    @Test
    void an_owner_that_the_role_may_not_give_it_to_is_named_by_plan_and_restore_and_nothing_is_done() throws Exception {
        String stranger = "survive_stranger_" + live;
        server.execute(
                PrivatePostgres.SUPERUSER,
                "postgres",
                "CREATE ROLE " + stranger,
                "ALTER DATABASE " + live + " OWNER TO " + stranger);
        Dump dump = Dump.of(server.config(live, PrivatePostgres.SUPERUSER));
        server.execute(PrivatePostgres.SUPERUSER, "postgres", "ALTER DATABASE " + live + " OWNER TO app");
        List<String> before = dress();
        DatabaseFacts facts = dump.facts();
        PostgreSQLRestore restore = new PostgreSQLRestore(server.config(live), TimeSource.system());
        RecordedSteps steps = new RecordedSteps();

        List<String> obstacles = restore.outlook(Mode.SWITCH, facts, true).obstacles();
        BackupException.Refused refused = catchThrowableOfType(
                BackupException.Refused.class, () -> restore.switchTo(dump.request("op_stranger"), steps));

        assertThat(obstacles)
                .containsExactly(
                        "the backup's database belongs to " + stranger + ", and the role app is no member of it");
        assertThat(refused.reasons()).isEqualTo(obstacles);
        assertThat(steps.steps()).isEmpty();
        assertThat(dress()).isEqualTo(before);
    }

    private static Map<String, String> switching(RecordedSteps steps) {
        return steps.steps().get(RestoreSteps.SWITCHING);
    }

    /** Privileges by their effect: whether they are the default in words or for want of any is the same. */
    private List<String> dress() {
        String ours = " FROM pg_database d WHERE datname = '" + live + "'";
        return server.query(
                "postgres",
                "SELECT 'owner ' || pg_get_userbyid(datdba)" + ours
                        + " UNION ALL SELECT 'comment ' || shobj_description(oid, 'pg_database')" + ours
                        + " UNION ALL SELECT 'connection limit ' || datconnlimit" + ours
                        + " UNION ALL SELECT 'privilege ' || privilege_type || ' for ' || grantee::regrole || is_grantable"
                        + " FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE datname = '"
                        + live + "'"
                        + " UNION ALL SELECT 'setting for ' || setrole::regrole || ' ' || unnest(setconfig)"
                        + " FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE datname = '"
                        + live + "' ORDER BY 1");
    }
}
