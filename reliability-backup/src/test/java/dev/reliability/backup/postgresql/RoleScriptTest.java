package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which of a cluster's roles go into the server of a test restore. */
class RoleScriptTest {
    @Test
    void roles_their_attributes_and_memberships_are_taken_over() throws IOException {
        assertThat(read("""
                        --
                        -- PostgreSQL database cluster dump
                        --
                        \\restrict abc
                        SET client_encoding = 'UTF8';
                        CREATE ROLE app;
                        ALTER ROLE app WITH NOSUPERUSER INHERIT NOCREATEROLE CREATEDB LOGIN NOREPLICATION NOBYPASSRLS;
                        CREATE ROLE "odd; name";
                        ALTER ROLE "odd; name" WITH NOLOGIN VALID UNTIL '2020-01-01 00:00:00+00';
                        GRANT app TO "odd; name" WITH ADMIN OPTION GRANTED BY postgres;
                        GRANT pg_signal_backend TO app WITH INHERIT TRUE GRANTED BY "a ""b"" c";
                        """))
                .containsExactly(
                        "CREATE ROLE app;",
                        "ALTER ROLE app WITH NOSUPERUSER INHERIT NOCREATEROLE CREATEDB LOGIN NOREPLICATION NOBYPASSRLS;",
                        "CREATE ROLE \"odd; name\";",
                        "ALTER ROLE \"odd; name\" WITH NOLOGIN VALID UNTIL '2020-01-01 00:00:00+00';",
                        "GRANT app TO \"odd; name\" WITH ADMIN OPTION;",
                        "GRANT pg_signal_backend TO app WITH INHERIT TRUE;");
    }

    @Test
    void nothing_else_is_and_a_tablespace_lies_inside_the_new_cluster() throws IOException {
        assertThat(read("""
                        ALTER ROLE app SET session_preload_libraries TO 'not here';
                        COMMENT ON ROLE app IS 'CREATE ROLE mallory;';
                        CREATE TABLESPACE fast OWNER postgres LOCATION '/var/lib/the live one''s';
                        ALTER TABLESPACE fast SET (seq_page_cost=1);
                        GRANT CREATE ON TABLESPACE fast TO app;
                        GRANT SET ON PARAMETER work_mem TO app;
                        DROP ROLE postgres;
                        """))
                .containsExactly(
                        "SET allow_in_place_tablespaces = on; CREATE TABLESPACE fast OWNER postgres LOCATION '';",
                        "GRANT CREATE ON TABLESPACE fast TO app;");
    }

    @Test
    void names_keep_their_bytes() throws IOException {
        List<String> statements = read("CREATE ROLE \"用户\";\n");

        assertThat(new String(statements.get(0).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                .isEqualTo("CREATE ROLE \"用户\";");
    }

    private static List<String> read(String globals) throws IOException {
        return RoleScript.read(new ByteArrayInputStream(globals.getBytes(StandardCharsets.UTF_8)));
    }
}
