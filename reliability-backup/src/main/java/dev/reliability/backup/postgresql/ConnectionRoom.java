package dev.reliability.backup.postgresql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the limits of the role and of the database let a live switch open the sessions that it needs. In place there is
 * never more than one, and whoever could ask has it. Superusers have no limits.
 */
final class ConnectionRoom {
    /** One that waits, and beside it first psql, then the one that ends sessions. */
    private static final int NEEDED = 2;

    private static final String PLAIN = "(SELECT NOT rolsuper FROM pg_roles WHERE rolname = current_user)";

    private static final String OF_ROLE =
            "SELECT 'the role ' || rolname || ' has CONNECTION LIMIT ' || rolconnlimit || ' and ' || others"
                    + " || ' other sessions, and the restore needs " + NEEDED + ": ALTER ROLE ' || quote_ident(rolname)"
                    + " || ' CONNECTION LIMIT ' || others + " + NEEDED + " || ', or close some'"
                    + " FROM pg_roles, LATERAL (SELECT count(*) AS others FROM pg_stat_activity a"
                    + " WHERE a.usesysid = pg_roles.oid AND a.pid <> pg_backend_pid()) a"
                    + " WHERE rolname = current_user AND rolconnlimit >= 0 AND others + " + NEEDED + " > rolconnlimit"
                    + " AND " + PLAIN;

    private static final String OF_DATABASE =
            "SELECT 'the database ' || datname || ' has CONNECTION LIMIT ' || datconnlimit || ' and ' || others"
                    + " || ' other sessions, and the restore needs " + NEEDED + ": ALTER DATABASE '"
                    + " || quote_ident(datname) || ' CONNECTION LIMIT ' || others + " + NEEDED + " || ', or close some'"
                    + " FROM pg_database d, LATERAL (SELECT count(*) AS others FROM pg_stat_activity a"
                    + " WHERE a.datid = d.oid AND a.pid <> pg_backend_pid()"
                    + " AND coalesce(a.backend_type, 'client backend') = 'client backend') a"
                    + " WHERE datname = current_database() AND datconnlimit >= 0"
                    + " AND others + " + NEEDED + " > datconnlimit AND " + PLAIN;

    private ConnectionRoom() {}

    /** Why they can not be open at once, the connection's own among them: a sentence for each limit. */
    static List<String> lack(Connection connection) throws SQLException {
        List<String> reasons = new ArrayList<>(DatabaseCatalog.texts(connection, OF_ROLE));
        reasons.addAll(DatabaseCatalog.texts(connection, OF_DATABASE));
        return reasons;
    }
}
