package dev.reliability.backup.postgresql;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts a restored database in the place of the live one, in one transaction: dresses it, renames the live one away and
 * closes it, and renames the restored one to its name; or, to undo that, one that was kept. All of it is rows of catalogs
 * that all databases share, so a crash leaves all or nothing.
 *
 * <p>PostgreSQL renames only a database that has no sessions, and waits 5 s for that; meanwhile {@link SessionEnder}
 * ends them. Whoever connects while the rename holds its lock waits, and then gets the restored one.
 */
final class LiveSwitch {
    private static final Duration SCRATCH_EMPTY = Duration.ofSeconds(10);
    private static final String LIMITS = "SELECT set_config('lock_timeout', '3s', true), (SELECT"
            + " set_config(name, '500ms', true) FROM pg_settings WHERE name = 'client_connection_check_interval')";

    private static final String STAYING =
            "SELECT 'the session ' || pid || ' of ' || coalesce(usename, 'the server itself') || ' (' || coalesce(backend_type, 'unknown')"
                    + " || CASE WHEN coalesce(application_name, '') = '' THEN '' ELSE ', ' || application_name END"
                    + " || ') is connected to ' || datname || ', and the role ' || current_user || ' could not end it: have a superuser end it,"
                    + " or GRANT pg_signal_backend TO ' || quote_ident(current_user)"
                    + " FROM pg_stat_activity WHERE datid IN (?::oid, ?::oid)";

    private final PostgreSQLConfig config;
    private final ServerSessions sessions;
    private final TimeSource time;
    private final String operation;

    LiveSwitch(PostgreSQLConfig config, TimeSource time, String operation) {
        this.config = config;
        this.sessions = new ServerSessions(config);
        this.time = time;
        this.operation = operation;
    }

    /**
     * Does it.
     *
     * @param wanted what the restored database gets beside its contents
     * @param readOnlyBefore the old database's own read-only setting, if the restore changed it
     * @return the name of the old database; null if there was none
     */
    @Nullable String run(
            Connection connection,
            DatabaseProperties scratch,
            DatabaseProperties wanted,
            @Nullable String readOnlyBefore,
            RestoreSteps steps)
            throws SQLException, IOException {
        String kept = DatabaseNames.kept(config.database(), operation);
        DatabaseProperties live = DatabaseProperties.read(connection, config.database());
        awaitNoSessions(connection, scratch);
        steps.step(RestoreSteps.SWITCHING, details(scratch, live, kept));
        try {
            swapWithoutSessions(connection, scratch, wanted, live, kept, readOnlyBefore);
        } catch (SQLException e) {
            // The answer to COMMIT may have been lost.
            if (!tookPlace(scratch, e)) {
                throw blocked(scratch, live, e);
            }
        }
        return live == null ? null : kept;
    }

    private static Map<String, String> details(
            DatabaseProperties scratch, @Nullable DatabaseProperties live, String kept) {
        Map<String, String> details = new HashMap<>();
        details.put("scratch", scratch.name());
        details.put("scratch_oid", Long.toString(scratch.oid()));
        if (live != null) {
            details.put(RestoreSteps.OLD, kept);
            details.put(RestoreSteps.OLD_ACL, live.acl());
            details.put(RestoreSteps.OLD_CONNECTION_LIMIT, Integer.toString(live.connectionLimit()));
            String comment = live.comment();
            if (comment != null) {
                details.put(RestoreSteps.OLD_COMMENT, comment);
            }
        }
        return details;
    }

    private void swapWithoutSessions(
            Connection connection,
            DatabaseProperties scratch,
            DatabaseProperties wanted,
            @Nullable DatabaseProperties live,
            String kept,
            @Nullable String readOnlyBefore)
            throws SQLException, IOException {
        if (live == null) {
            swap(connection, scratch, wanted, null, kept, readOnlyBefore);
            return;
        }
        SessionEnder ender;
        try {
            ender = SessionEnder.start(sessions.openMaintenance(operation), live.oid());
        } catch (InterruptedException e) {
            throw Interrupts.during("the switch");
        }
        try {
            swap(connection, scratch, wanted, live, kept, readOnlyBefore);
        } finally {
            ender.close();
        }
    }

    private void swap(
            Connection connection,
            DatabaseProperties scratch,
            DatabaseProperties wanted,
            @Nullable DatabaseProperties live,
            String kept,
            @Nullable String readOnlyBefore)
            throws SQLException {
        connection.setAutoCommit(false);
        try {
            swapInTransaction(connection, scratch, wanted, live, kept, readOnlyBefore);
            connection.commit();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            try {
                connection.rollback();
            } catch (SQLException gone) {
                e.addSuppressed(gone);
            }
            throw e;
        }
    }

    private void swapInTransaction(
            Connection connection,
            DatabaseProperties scratch,
            DatabaseProperties wanted,
            @Nullable DatabaseProperties live,
            String kept,
            @Nullable String readOnlyBefore)
            throws SQLException {
        DatabaseCatalog.texts(connection, LIMITS);
        dress(connection, scratch.name(), wanted);
        if (live != null) {
            ServerSessions.execute(
                    connection, "ALTER DATABASE " + Sql.name(live.name()) + " RENAME TO " + Sql.name(kept));
            close(connection, kept, live, readOnlyBefore);
        }
        ServerSessions.execute(
                connection, "ALTER DATABASE " + Sql.name(scratch.name()) + " RENAME TO " + Sql.name(config.database()));
    }

    /** Whether the restored database has the live name: asked on another session, as the first may be gone. */
    private boolean tookPlace(DatabaseProperties scratch, SQLException failure) {
        if (!ServerFaults.state(failure).startsWith("08")) {
            return false;
        }
        try (Connection connection = sessions.openMaintenance(operation)) {
            DatabaseProperties now = DatabaseProperties.read(connection, config.database());
            return now != null && now.oid() == scratch.oid();
        } catch (SQLException | BackupException e) {
            failure.addSuppressed(e);
            throw new BackupException.Unavailable(
                    "the connection was lost while the databases were switched; which one is live is found out when"
                            + " PostgreSQL can be reached again",
                    ServerFaults.RETRY_AFTER,
                    failure);
        }
    }

    private static void dress(Connection connection, String scratch, DatabaseProperties wanted) throws SQLException {
        String comment = wanted.comment();
        DatabaseDress.privileges(connection, scratch, wanted.acl());
        ServerSessions.execute(
                connection,
                "COMMENT ON DATABASE " + Sql.name(scratch) + " IS " + (comment == null ? "NULL" : Sql.text(comment)));
        ServerSessions.execute(
                connection, "ALTER DATABASE " + Sql.name(scratch) + " CONNECTION LIMIT " + wanted.connectionLimit());
    }

    /** Nobody gets into the old database any more but a superuser, and its comment says where it comes from. */
    private void close(Connection connection, String kept, DatabaseProperties live, @Nullable String readOnlyBefore)
            throws SQLException {
        ServerSessions.execute(
                connection,
                "COMMENT ON DATABASE " + Sql.name(kept) + " IS "
                        + Sql.text(KeptComment.now(connection, operation, live.bytes(), live.name())));
        ServerSessions.execute(connection, "ALTER DATABASE " + Sql.name(kept) + " CONNECTION LIMIT 0");
        if (readOnlyBefore != null) {
            ReadOnly.restore(connection, kept, readOnlyBefore);
        }
        DatabaseDress.revokeAll(connection, kept);
    }

    /** The session that loaded is ended, but the server may need a moment to notice; better before the outage begins. */
    private void awaitNoSessions(Connection connection, DatabaseProperties scratch) throws SQLException, IOException {
        long start = time.nanoTime();
        while (DatabaseCatalog.text(
                        connection, "SELECT 1 FROM pg_stat_activity WHERE datid = ?::oid LIMIT 1", scratch.oid())
                != null) {
            if (time.since(start).compareTo(SCRATCH_EMPTY) > 0) {
                // Then the rename finds out.
                return;
            }
            Pauses.pause();
        }
    }

    private BackupException blocked(DatabaseProperties scratch, @Nullable DatabaseProperties live, SQLException e) {
        String state = ServerFaults.state(e);
        if (live == null || !(state.equals("55006") || state.equals("55P03"))) {
            return ServerFaults.statement("the switch to the restored database", e);
        }
        List<String> reasons = new ArrayList<>();
        try (Connection connection = sessions.openMaintenance(operation)) {
            reasons.addAll(RestoreChecks.holders(connection, live.name()));
            reasons.addAll(DatabaseCatalog.texts(connection, STAYING, live.oid(), scratch.oid()));
        } catch (SQLException unknown) {
            e.addSuppressed(unknown);
        }
        if (reasons.isEmpty()) {
            reasons.add(String.valueOf(e.getMessage()));
        }
        BackupException.Refused refused = new BackupException.Refused(
                "the databases could not be renamed within 5 s, and " + live.name() + " is as it was", reasons);
        refused.addSuppressed(e);
        return refused;
    }
}
