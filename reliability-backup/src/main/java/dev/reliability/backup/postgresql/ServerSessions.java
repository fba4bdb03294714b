package dev.reliability.backup.postgresql;

import dev.reliability.core.backup.BackupException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Opens our own sessions on the server, with settings that neither a database nor a role can change under us. */
final class ServerSessions {
    /** A database that is there to connect to while others are created, renamed and dropped. */
    private static final List<String> MAINTENANCE = List.of("postgres", "template1");

    private static final String NO_LIMITS =
            "SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN ('statement_timeout', 'lock_timeout',"
                    + " 'idle_in_transaction_session_timeout', 'idle_session_timeout', 'transaction_timeout')";

    /** What is on record as done must not be lost with the server's memory, whatever a role or a database accepts. */
    static final String DURABLE = "SELECT set_config('synchronous_commit', 'local', false)"
            + " WHERE current_setting('synchronous_commit') = 'off'";

    private final PostgreSQLConfig config;

    ServerSessions(PostgreSQLConfig config) {
        this.config = config;
    }

    /** @throws BackupException.Unavailable it can not be opened; the message says why */
    Connection open(String database, String applicationName) {
        try {
            return prepared(config.open(database, applicationName));
        } catch (SQLException e) {
            throw ServerFaults.connecting(config, database, e);
        }
    }

    /**
     * Opens a session on a database other than the live one.
     *
     * @throws BackupException.Unavailable it can not be opened; the message says why
     */
    Connection openMaintenance(String applicationName) {
        BackupException.Unavailable first = null;
        for (String database : MAINTENANCE) {
            if (database.equals(config.database())) {
                continue;
            }
            try {
                return prepared(config.open(database, applicationName));
            } catch (SQLException e) {
                BackupException.Unavailable unavailable = ServerFaults.connecting(config, database, e);
                String state = ServerFaults.state(e);
                if (!state.equals("3D000") && !state.equals("42501")) {
                    throw unavailable;
                }
                first = first == null ? unavailable : first;
            }
        }
        throw first == null ? new IllegalStateException("no maintenance database") : first;
    }

    /** The server's major version, such as 15. */
    static int major(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_setting('server_version_num')::int / 10000")) {
            row.next();
            return row.getInt(1);
        }
    }

    /** Executes SQL of ours, of any kind. */
    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    private static Connection prepared(Connection connection) throws SQLException {
        try {
            execute(connection, NO_LIMITS);
            execute(connection, DURABLE);
            execute(
                    connection,
                    "SET standard_conforming_strings = on; SET default_transaction_read_only = off;"
                            + " SET quote_all_identifiers = off");
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }
}
