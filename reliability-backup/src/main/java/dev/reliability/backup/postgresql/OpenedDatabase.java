package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.core.backup.BackupException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A kept database, open to its owner alone for as long as it is dumped. Closing it ends whoever is still in it; if that
 * fails, or the process dies before, {@link RestoreRecovery#closeKept} closes it. For one thread.
 */
public final class OpenedDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenedDatabase.class);

    /** The snapshot and pg_dump, and one that the server has not noticed yet to be gone. */
    private static final int CONNECTIONS = 3;

    private static final String UNDEFINED_OBJECT = "42704";

    private final ServerSessions sessions;
    private final RestoreRecovery.KeptDatabase kept;
    private final DatabaseFacts.Dress before;

    private OpenedDatabase(ServerSessions sessions, RestoreRecovery.KeptDatabase kept, DatabaseFacts.Dress before) {
        this.sessions = sessions;
        this.kept = kept;
        this.before = before;
    }

    /**
     * Opens it.
     *
     * @param live the name that it had
     * @param switching what the journal of its operation says of {@link RestoreSteps#SWITCHING}; empty if that is gone
     */
    static OpenedDatabase open(
            ServerSessions sessions,
            String applicationName,
            RestoreRecovery.KeptDatabase kept,
            String live,
            Map<String, String> switching)
            throws SQLException {
        try (Connection connection = sessions.openMaintenance(applicationName)) {
            DatabaseProperties now = DatabaseProperties.read(connection, kept.name());
            if (now == null) {
                throw new BackupException.Unavailable(
                        "the database " + kept.name() + " is not there any more", ServerFaults.RETRY_AFTER, null);
            }
            DatabaseFacts.Dress before = before(connection, kept, live, switching);
            connection.setAutoCommit(false);
            ServerSessions.execute(
                    connection, "GRANT CONNECT ON DATABASE " + Sql.name(kept.name()) + " TO " + Sql.name(now.owner()));
            ServerSessions.execute(
                    connection, "ALTER DATABASE " + Sql.name(kept.name()) + " CONNECTION LIMIT " + CONNECTIONS);
            connection.commit();
            connection.setAutoCommit(true);
            return new OpenedDatabase(sessions, kept, before);
        }
    }

    /** Its privileges as they were; those of the owner alone where nobody knows, or where one is of a role that is gone. */
    private static DatabaseFacts.Dress before(
            Connection connection, RestoreRecovery.KeptDatabase kept, String live, Map<String, String> switching)
            throws SQLException {
        int limit = Integer.parseInt(switching.getOrDefault(RestoreSteps.OLD_CONNECTION_LIMIT, "-1"));
        @Nullable String comment = switching.get(RestoreSteps.OLD_COMMENT);
        @Nullable String acl = switching.get(RestoreSteps.OLD_ACL);
        if (acl != null) {
            try {
                return new DatabaseFacts.Dress(live, acl, limit, comment, rolesIn(connection, acl));
            } catch (SQLException e) {
                if (!ServerFaults.state(e).equals(UNDEFINED_OBJECT)) {
                    throw e;
                }
                LOG.warn(
                        "the database {} had privileges for a role that was dropped since: {}",
                        kept.name(),
                        e.getMessage());
            }
        }
        String owners = DatabaseCatalog.texts(
                        connection,
                        "SELECT array_agg(a)::text FROM pg_database, unnest(acldefault('d', datdba)) a"
                                + " WHERE datname = ? AND a::text NOT LIKE '=%'",
                        kept.name())
                .get(0);
        return new DatabaseFacts.Dress(live, owners, limit, comment, List.of());
    }

    private static List<String> rolesIn(Connection connection, String acl) throws SQLException {
        return DatabaseCatalog.texts(
                connection,
                "SELECT DISTINCT pg_get_userbyid(grantee) FROM " + DatabaseCatalog.PRIVILEGES
                        + " WHERE grantee <> 0 AND pg_get_userbyid(grantee) NOT LIKE 'pg\\_%'",
                acl);
    }

    /** What a backup says of it: what it was before it was replaced. */
    public DatabaseFacts asItWas(DatabaseFacts read) {
        return read.replaced(kept.operation(), before);
    }

    @Override
    public void close() {
        Interrupts.shield(() -> {
            try (Connection connection = sessions.openMaintenance("reliability")) {
                close(connection, kept.name());
            } catch (SQLException | BackupException e) {
                LOG.warn(
                        "could not close the database {} again; the next operation on the database does",
                        kept.name(),
                        e);
            }
        });
    }

    /** Lets nobody in any more but superusers, and ends who is in it. */
    static void close(Connection connection, String kept) throws SQLException {
        connection.setAutoCommit(false);
        ServerSessions.execute(connection, "ALTER DATABASE " + Sql.name(kept) + " CONNECTION LIMIT 0");
        DatabaseDress.revokeAll(connection, kept);
        connection.commit();
        connection.setAutoCommit(true);
        DatabaseProperties closed = DatabaseProperties.read(connection, kept);
        if (closed != null) {
            SessionEnder.endSessions(connection, closed.oid());
        }
    }
}
