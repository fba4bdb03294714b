package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts.Position;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * How many transactions the server has ended, by the ids that it gives to those that write. Rolled back ones count, so
 * a difference says at most how many were committed. pg_stat_database would count every reader, and forgets its numbers
 * in a crash.
 */
final class ServerPosition {
    /** Asked for before it is called: an error would end the snapshot's transaction. */
    private static final String MAY_ASK = "SELECT has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')";

    private static final String SERVER = "SELECT system_identifier::text FROM pg_catalog.pg_control_system()";

    /** What runs now has its id already, and has not ended. */
    private static final String ENDED = """
            SELECT pg_snapshot_xmax(now.snapshot)::text::bigint
                   - (SELECT count(*) FROM pg_snapshot_xip(now.snapshot))
            FROM (SELECT pg_current_snapshot() AS snapshot) now""";

    private ServerPosition() {}

    /** Where the connection's transaction sees the server; null if this role may not ask which server it is. */
    static @Nullable Position read(Connection connection) throws SQLException {
        if (!DatabaseCatalog.isTrue(connection, MAY_ASK)) {
            return null;
        }
        String server = DatabaseCatalog.text(connection, SERVER);
        return server == null ? null : new Position(server, DatabaseCatalog.number(connection, ENDED));
    }

    /** How many ended in between; null if nobody knows. */
    static @Nullable Long between(@Nullable Position then, @Nullable Position now) {
        if (then == null || now == null || !then.server().equals(now.server())) {
            return null;
        }
        // A server that was set back to an older state of itself has the same identifier.
        long ended = now.transactions() - then.transactions();
        return ended < 0 ? null : ended;
    }
}
