package dev.reliability.backup.postgresql;

import dev.reliability.core.backup.BackupException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Says what a failure of the server means to whoever asked for a backup or a restore. */
final class ServerFaults {
    static final Duration RETRY_AFTER = Duration.ofSeconds(30);

    static final String DISK_FULL = "53100";

    private ServerFaults() {}

    /** A connection could not be opened. */
    static BackupException.Unavailable connecting(PostgreSQLConfig config, String database, SQLException e) {
        String server = config.host() + ":" + config.port();
        String state = state(e);
        String reason = switch (state) {
            case "28P01", "28000" ->
                "PostgreSQL at " + server + " refuses the role " + config.user()
                        + " or its password: check DB_USER, DB_PASSWORD and the server's pg_hba.conf";
            case "3D000" -> "PostgreSQL at " + server + " has no database " + database;
            case "42501" ->
                "PostgreSQL at " + server + " does not let the role " + config.user() + " connect to the database "
                        + database + ": it lacks the CONNECT privilege";
            case "53300" ->
                "PostgreSQL at " + server + " has no connection left: raise max_connections or the limits of the"
                        + " role and the database, or close some";
            case "57P03" -> "PostgreSQL at " + server + " is starting up or shutting down";
            default -> other(server, state, e);
        };
        return new BackupException.Unavailable(reason, RETRY_AFTER, e);
    }

    private static String other(String server, String state, SQLException e) {
        String message = String.valueOf(e.getMessage());
        if (message.toLowerCase(Locale.ROOT).contains("no suitable driver")) {
            return "there is no JDBC driver for PostgreSQL on the class path: add org.postgresql:postgresql";
        }
        if (state.startsWith("08")) {
            return "PostgreSQL can not be reached at " + server + ": " + message;
        }
        return "PostgreSQL at " + server + " does not accept a connection: " + message + " (" + state + ")";
    }

    /** A statement of ours failed while {@code doing} something. */
    static BackupException statement(String doing, SQLException e) {
        String message = doing + " failed: " + e.getMessage() + " (" + state(e) + ")";
        String state = state(e);
        if (state.startsWith("08") || state.startsWith("57")) {
            return new BackupException.Unavailable(message, RETRY_AFTER, e);
        }
        if (state.equals(DISK_FULL)) {
            return new BackupException.NoSpace(message, e);
        }
        if (state.startsWith("53")) {
            return new BackupException.Unavailable(message, RETRY_AFTER, e);
        }
        BackupException.Refused refused =
                new BackupException.Refused(doing + " failed", List.of(e.getMessage() + " (" + state + ")"));
        refused.addSuppressed(e);
        return refused;
    }

    static String state(SQLException e) {
        String state = e.getSQLState();
        return state == null ? "" : state;
    }
}
