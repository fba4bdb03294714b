package dev.reliability.backup.postgresql;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.time.TimeSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finishes or undoes what a restore left that was killed, and drops the databases that restores kept. Safe for use by any
 * thread; that its operation is dead and nobody else works on the database is the caller's business (the lease).
 */
public final class RestoreRecovery {
    /** Not the operation's name: its sessions are ended by that. */
    private static final String APPLICATION_NAME = "reliability recovery";

    private static final Duration SESSIONS_END = Duration.ofSeconds(30);

    private final PostgreSQLConfig config;
    private final ServerSessions sessions;
    private final TimeSource time;

    /** Nothing is opened until a method needs it. */
    public RestoreRecovery(PostgreSQLConfig config, TimeSource time) {
        this.config = config;
        this.sessions = new ServerSessions(config);
        this.time = time;
    }

    /** Which database is live after a restore that was killed. */
    public enum Outcome {
        /** The one that was live before; nothing of the restore is left. */
        OLD,
        /** The restored one. */
        NEW
    }

    /**
     * A database that a restore replaced.
     *
     * @param name its name now
     * @param operation the restore that kept it
     * @param since when, by the server's clock
     * @param age how long ago, by the server's clock
     * @param bytes its size when it was replaced; -1 if that was not known
     */
    public record KeptDatabase(String name, String operation, Instant since, Duration age, long bytes) {}

    /**
     * Ends the sessions that a dead operation left, and its restore: finished if its switch or its transaction was
     * committed, else undone. May be repeated.
     *
     * @param operation the dead operation, whose lease the caller has taken over
     * @param steps the details of each step that its journal has, by the step's name
     * @throws BackupException.Unavailable the server can not be reached, or can not say yet: try again later
     */
    public Outcome settle(String operation, Map<String, Map<String, String>> steps) {
        try (Connection connection = sessions.openMaintenance(APPLICATION_NAME)) {
            endSessions(connection, operation);
            boolean committed = committed(connection, operation, steps);
            if (!committed && steps.containsKey(RestoreSteps.SCRATCH_CREATED)) {
                String scratch = DatabaseNames.scratch(config.database(), operation);
                ServerSessions.execute(connection, "DROP DATABASE IF EXISTS " + Sql.name(scratch) + " WITH (FORCE)");
            }
            endReadOnly(connection, committed, steps);
            return committed ? Outcome.NEW : Outcome.OLD;
        } catch (SQLException e) {
            throw ServerFaults.statement("settling the restore " + operation, e);
        }
    }

    /**
     * Ends the sessions of an operation whose process is gone, as an orphaned pg_dump holds locks, and returns when they
     * are.
     *
     * @return how many there were
     * @throws BackupException.Unavailable the server can not be reached, or a session does not end
     */
    public int endSessions(String operation) {
        try (Connection connection = sessions.openMaintenance(APPLICATION_NAME)) {
            return endSessions(connection, operation);
        } catch (SQLException e) {
            throw ServerFaults.statement("ending the sessions of " + operation, e);
        }
    }

    /**
     * The databases that restores of this live database have kept, oldest first.
     *
     * @throws BackupException.Unavailable the server can not be reached
     */
    public List<KeptDatabase> kept() {
        try (Connection connection = sessions.openMaintenance(APPLICATION_NAME)) {
            return kept(connection, config.database());
        } catch (SQLException e) {
            throw ServerFaults.statement("looking for kept databases", e);
        }
    }

    /**
     * Opens a kept database to its owner alone, so that it can be dumped.
     *
     * @param operation the application name of the session that does it
     * @param steps the details of each step that the journal of {@link KeptDatabase#operation()} has; empty if it is gone
     * @throws BackupException.Unavailable the server can not be reached, or the database is gone
     */
    public OpenedDatabase open(KeptDatabase database, String operation, Map<String, Map<String, String>> steps) {
        try {
            return OpenedDatabase.open(
                    sessions,
                    operation,
                    database,
                    config.database(),
                    steps.getOrDefault(RestoreSteps.SWITCHING, Map.of()));
        } catch (SQLException e) {
            throw ServerFaults.statement("opening the kept database " + database.name(), e);
        }
    }

    /**
     * Closes the kept databases that {@link #open} opened for whoever could not close them.
     *
     * @throws BackupException.Unavailable the server can not be reached
     */
    public void closeKept() {
        try (Connection connection = sessions.openMaintenance(APPLICATION_NAME)) {
            for (KeptDatabase database : kept(connection, config.database())) {
                DatabaseProperties now = DatabaseProperties.read(connection, database.name());
                if (now != null && now.connectionLimit() != 0) {
                    OpenedDatabase.close(connection, database.name());
                }
            }
        } catch (SQLException e) {
            throw ServerFaults.statement("closing kept databases", e);
        }
    }

    /**
     * Drops a kept database for good. Nothing happens if it is gone, or is no longer what {@link #kept()} said.
     *
     * @throws BackupException.Unavailable the server can not be reached
     */
    public void drop(KeptDatabase database) {
        try (Connection connection = sessions.openMaintenance(APPLICATION_NAME)) {
            boolean same = kept(connection, config.database()).stream()
                    .anyMatch(now -> now.name().equals(database.name())
                            && now.operation().equals(database.operation())
                            && now.since().equals(database.since()));
            if (same) {
                ServerSessions.execute(
                        connection, "DROP DATABASE IF EXISTS " + Sql.name(database.name()) + " WITH (FORCE)");
            }
        } catch (SQLException e) {
            throw ServerFaults.statement("dropping the kept database " + database.name(), e);
        }
    }

    private int endSessions(Connection connection, String operation) throws SQLException {
        long start = time.nanoTime();
        List<String> ended = DatabaseCatalog.texts(
                connection,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE application_name = ? AND pid <> pg_backend_pid() AND usename = current_user",
                operation);
        while (DatabaseCatalog.text(
                        connection,
                        "SELECT 1 FROM pg_stat_activity WHERE application_name = ? AND usename = current_user LIMIT 1",
                        operation)
                != null) {
            if (time.since(start).compareTo(SESSIONS_END) > 0) {
                throw new BackupException.Unavailable(
                        "sessions of " + operation + " have not ended within " + SESSIONS_END.toSeconds() + " s",
                        ServerFaults.RETRY_AFTER,
                        null);
            }
            Pauses.pause();
        }
        return ended.size();
    }

    private boolean committed(Connection connection, String operation, Map<String, Map<String, String>> steps)
            throws SQLException {
        if (steps.containsKey(RestoreSteps.SWITCHED) || steps.containsKey(RestoreSteps.COMMITTED)) {
            return true;
        }
        String scratchOid = detail(steps, RestoreSteps.SWITCHING, "scratch_oid");
        if (scratchOid != null) {
            // Renaming keeps the OID, so this is true from COMMIT on and never before; and a second settling says the
            // same as the first.
            DatabaseProperties live = DatabaseProperties.read(connection, config.database());
            String kept = DatabaseNames.kept(config.database(), operation);
            return (live != null && live.oid() == Long.parseLong(scratchOid))
                    || DatabaseProperties.read(connection, kept) != null;
        }
        String transaction = detail(steps, RestoreSteps.COMMITTING, "transaction");
        return transaction != null && TransactionOutcome.await(connection, transaction, time);
    }

    private void endReadOnly(Connection connection, boolean committed, Map<String, Map<String, String>> steps)
            throws SQLException {
        String previous = detail(steps, RestoreSteps.READ_ONLY, "previous");
        boolean switched = committed && steps.containsKey(RestoreSteps.SWITCHING);
        // A database that was switched in has its own setting, and the one that was kept got its own back.
        if (previous != null && !switched && DatabaseProperties.read(connection, config.database()) != null) {
            ReadOnly.restore(connection, config.database(), previous);
        }
    }

    /** Those that restores of this live database have kept, oldest first. */
    static List<KeptDatabase> kept(Connection connection, String live) throws SQLException {
        List<KeptDatabase> kept = new ArrayList<>();
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT datname, shobj_description(oid, 'pg_database'), now()"
                                + " FROM pg_database WHERE shobj_description(oid, 'pg_database') IS NOT NULL");
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                String name = rows.getString(1);
                Optional<KeptComment> comment =
                        KeptComment.parse(rows.getString(2)).filter(parsed -> parsed.isOf(live));
                if (comment.isPresent() && isNameOf(name, live, comment.get().operation())) {
                    Instant since = comment.get().since();
                    Duration age = Duration.between(since, rows.getTimestamp(3).toInstant());
                    kept.add(new KeptDatabase(
                            name,
                            comment.get().operation(),
                            since,
                            age,
                            comment.get().bytes()));
                }
            }
        }
        kept.sort(Comparator.comparing(KeptDatabase::since));
        return kept;
    }

    /** A comment can be written by hand, on the live database too. */
    private static boolean isNameOf(String name, String live, String operation) {
        return DatabaseNames.isOperation(operation)
                && name.equals(DatabaseNames.kept(live, operation))
                && !name.equals(live);
    }

    private static @Nullable String detail(Map<String, Map<String, String>> steps, String step, String name) {
        Map<String, String> details = steps.get(step);
        return details == null ? null : details.get(name);
    }
}
