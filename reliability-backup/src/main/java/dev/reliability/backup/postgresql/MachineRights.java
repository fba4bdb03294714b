package dev.reliability.backup.postgresql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The rights by which SQL gets at programs and files of the server's machine, and who has them. */
final class MachineRights {
    private static final String PREDEFINED =
            "('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')";

    /**
     * A role is also what it can become by SET ROLE. Before PostgreSQL 16 whoever may create roles may make any role a member
     * of any other that is no superuser.
     */
    private static final String HELD = """
            SELECT CASE WHEN rolsuper THEN 'superuser ' WHEN rolcreaterole THEN 'creator of roles ' ELSE 'role ' END
                   || rolname
            FROM pg_roles
            WHERE pg_has_role(current_user, oid, 'MEMBER')
              AND (rolsuper OR rolname IN %s
                   OR rolcreaterole AND current_setting('server_version_num')::int < 160000)
            ORDER BY rolname <> current_user, 1""".formatted(PREDEFINED);

    /** Takes them from everybody but the superuser that the session is of. */
    static final String REVOKE = """
            DO $reliability$
            DECLARE
                r record;
            BEGIN
                FOR r IN SELECT rolname FROM pg_roles
                         WHERE rolname <> current_user AND (rolsuper OR rolcreaterole) LOOP
                    EXECUTE format('ALTER ROLE %%I NOSUPERUSER NOCREATEROLE', r.rolname);
                END LOOP;
                FOR r IN SELECT g.rolname AS role, m.rolname AS member
                         FROM pg_auth_members JOIN pg_roles g ON g.oid = roleid JOIN pg_roles m ON m.oid = member
                         WHERE g.rolname IN %s LOOP
                    EXECUTE format('REVOKE %%I FROM %%I CASCADE', r.role, r.member);
                END LOOP;
            END $reliability$;""".formatted(PREDEFINED);

    private MachineRights() {}

    /** Whose rights of this kind the session's role has or can take, its own first. */
    static List<String> held(Connection connection) throws SQLException {
        return DatabaseCatalog.texts(connection, HELD);
    }
}
