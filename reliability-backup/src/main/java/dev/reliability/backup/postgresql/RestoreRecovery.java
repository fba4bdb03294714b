package dev.reliability.backup.postgresql;

import dev.reliability.core.backup.BackupException;
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
 * Finishes or undoes what a restore left that was killed, and drops the databases that restores kept. Safe for use by
 * any thread.
 */
public final class RestoreRecovery {
    private final PostgreSQLConfig config;
    private final ServerSessions sessions;

    /** Nothing is opened until a method needs it. */
    public RestoreRecovery(PostgreSQLConfig config) {
        this.config = config;
        this.sessions = new ServerSessions(config);
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
     * @param since when that restore began
     * @param age how long ago, by the server's clock
     * @param bytes pg_database_size
     */
    public record KeptDatabase(String name, String operation, Instant since, Duration age, long bytes) {}

    /**
     * Ends the sessions that a dead operation left, and its restore: finished if its switch or its transaction was
     * committed, else undone. May be repeated.
     *
     * @param operation the dead operation, whose lease the caller has taken over
     * @param steps the last details of each step that its journal has, by the step's name
     * @throws BackupException.Unavailable the server can not be reached: try again later
     */
    public Outcome settle(String operation, Map<String, Map<String, String>> steps) {
        try (Connection connection = sessions.openMaintenance("after " + operation)) {
            endSessions(connection, operation);
            Map<String, String> committing = steps.get(RestoreSteps.COMMITTING);
            Outcome outcome = committing != null
                    ? outcomeInPlace(connection, committing, steps.containsKey(RestoreSteps.COMMITTED))
                    : outcomeOfSwitch(connection, operation, steps);
            resetReadOnly(connection, operation, steps.get(RestoreSteps.READ_ONLY), outcome);
            return outcome;
        } catch (SQLException e) {
            throw ServerFaults.statement("ending restore " + operation, e);
        }
    }

    /** The server remembers how a transaction ended, for far longer than a crash goes unnoticed. */
    private static Outcome outcomeInPlace(Connection connection, Map<String, String> committing, boolean committed)
            throws SQLException {
        String status =
                DatabaseCatalog.text(connection, "SELECT pg_xact_status(?::xid8)", committing.getOrDefault("xid", "0"));
        if ("in progress".equals(status)) {
            throw new BackupException.Unavailable(
                    "the transaction of the restore is still ending", ServerFaults.RETRY_AFTER, null);
        }
        return committed || "committed".equals(status) ? Outcome.NEW : Outcome.OLD;
    }

    private Outcome outcomeOfSwitch(Connection connection, String operation, Map<String, Map<String, String>> steps)
            throws SQLException {
        String live = config.database();
        String scratch = RestoreNames.scratch(live, operation);
        String kept = RestoreNames.kept(live, operation);
        if (exists(connection, kept)) {
            close(connection, kept);
            return Outcome.NEW;
        }
        Map<String, String> switching = steps.get(RestoreSteps.SWITCHING);
        boolean nothingToKeep = switching != null && !switching.containsKey("old");
        if (nothingToKeep && !exists(connection, scratch) && exists(connection, live)) {
            return Outcome.NEW;
        }
        ServerSessions.execute(connection, "DROP DATABASE IF EXISTS " + Sql.name(scratch) + " WITH (FORCE)");
        return Outcome.OLD;
    }

    /** Nobody but a superuser can connect to a replaced database. */
    private static void close(Connection connection, String kept) throws SQLException {
        String database = Sql.name(kept);
        List<String> grantees = DatabaseCatalog.texts(
                connection,
                "SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END"
                        + " FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE datname = ?",
                kept);
        for (String grantee : grantees) {
            ServerSessions.execute(connection, "REVOKE ALL ON DATABASE " + database + " FROM " + grantee);
        }
        ServerSessions.execute(connection, "ALTER DATABASE " + database + " CONNECTION LIMIT 0");
    }

    private void resetReadOnly(
            Connection connection, String operation, @Nullable Map<String, String> readOnly, Outcome outcome)
            throws SQLException {
        String kept = RestoreNames.kept(config.database(), operation);
        String database = outcome == Outcome.NEW && exists(connection, kept) ? kept : config.database();
        if (readOnly == null || !exists(connection, database)) {
            return;
        }
        String previous = readOnly.getOrDefault("previous", "");
        ServerSessions.execute(
                connection,
                "ALTER DATABASE " + Sql.name(database)
                        + (previous.isEmpty()
                                ? " RESET default_transaction_read_only"
                                : " SET default_transaction_read_only = " + Sql.text(previous)));
    }

    /**
     * Ends the sessions of an operation whose process is gone: an orphaned pg_dump holds locks.
     *
     * @return how many there were
     * @throws BackupException.Unavailable the server can not be reached
     */
    public int endSessions(String operation) {
        try (Connection connection = sessions.openMaintenance("after " + operation)) {
            return endSessions(connection, operation);
        } catch (SQLException e) {
            throw ServerFaults.statement("ending the sessions of " + operation, e);
        }
    }

    private static int endSessions(Connection connection, String operation) throws SQLException {
        // Waits for each to be gone: what it held is free when this returns.
        return DatabaseCatalog.texts(
                        connection,
                        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                                + " WHERE application_name = ? AND pid <> pg_backend_pid()"
                                + " AND pg_has_role(usesysid, 'MEMBER')",
                        operation)
                .size();
    }

    /**
     * The databases that restores of this live database have kept, oldest first.
     *
     * @throws BackupException.Unavailable the server can not be reached
     */
    public List<KeptDatabase> kept() {
        try (Connection connection = sessions.openMaintenance("kept databases");
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT datname, shobj_description(oid, 'pg_database'), pg_database_size(oid),"
                                + " extract(epoch FROM now())::bigint FROM pg_database"
                                + " WHERE datname LIKE '%\\_b\\_%' AND pg_has_role(datdba, 'MEMBER')");
                ResultSet rows = statement.executeQuery()) {
            List<KeptDatabase> kept = new ArrayList<>();
            while (rows.next()) {
                String name = rows.getString(1);
                Optional<String> operation = RestoreNames.operationOf(name);
                Optional<Instant> since = operation.flatMap(RestoreNames::momentOf);
                if (since.isPresent()
                        && RestoreNames.keptComment(operation.get(), config.database())
                                .equals(rows.getString(2))) {
                    Duration age = Duration.between(since.get(), Instant.ofEpochSecond(rows.getLong(4)));
                    kept.add(new KeptDatabase(name, operation.get(), since.get(), age, rows.getLong(3)));
                }
            }
            kept.sort(Comparator.comparing(KeptDatabase::since));
            return kept;
        } catch (SQLException e) {
            throw ServerFaults.statement("looking for kept databases", e);
        }
    }

    /**
     * Drops a kept database for good. Nothing happens if it is gone.
     *
     * @throws BackupException.Unavailable the server can not be reached
     */
    public void drop(KeptDatabase database) {
        try (Connection connection = sessions.openMaintenance("drop " + database.name())) {
            ServerSessions.execute(
                    connection, "DROP DATABASE IF EXISTS " + Sql.name(database.name()) + " WITH (FORCE)");
        } catch (SQLException e) {
            throw ServerFaults.statement("dropping " + database.name(), e);
        }
    }

    private static boolean exists(Connection connection, String database) throws SQLException {
        return DatabaseCatalog.isTrue(connection, "SELECT count(*) > 0 FROM pg_database WHERE datname = ?", database);
    }
}
