package dev.reliability.backup.postgresql;

import dev.reliability.core.backup.RestorePlan;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Who is connected to a database beside whoever asks.
 *
 * @param count how many sessions
 * @param kinds whose they are, most first
 */
record ConnectedSessions(long count, List<RestorePlan.Sessions> kinds) {
    private static final String QUERY = """
            SELECT r.rolname, coalesce(a.application_name, ''), host(a.client_addr), count(*),
                   sum(count(*)) OVER ()
            FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid
            WHERE a.datid = ?::oid AND a.pid <> pg_backend_pid()
            GROUP BY 1, 2, 3
            ORDER BY 4 DESC, 1, 2, 3
            LIMIT ?""";

    static ConnectedSessions to(Connection connection, long database) throws SQLException {
        long count = 0;
        List<RestorePlan.Sessions> kinds = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
            statement.setLong(1, database);
            statement.setInt(2, RestorePlan.Database.MOST_CONNECTED);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    kinds.add(new RestorePlan.Sessions(
                            row.getString(1), row.getString(2), row.getString(3), row.getLong(4)));
                    count = row.getLong(5);
                }
            }
        }
        return new ConnectedSessions(count, kinds);
    }
}
