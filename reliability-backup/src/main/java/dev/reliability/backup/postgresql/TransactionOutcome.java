package dev.reliability.backup.postgresql;

import dev.reliability.core.time.TimeSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks the server what became of a transaction whose session is gone. */
final class TransactionOutcome {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** The server has never heard of it. */
    private static final String IN_THE_FUTURE = "22023";

    private TransactionOutcome() {}

    /**
     * Makes the server remember, also after a crash, that the ids so far are given away: else it gives the same ones to
     * others, and tells of those. What is committed here brings everything to the disk that was logged before it.
     */
    static void rememberIds(Connection connection) throws SQLException {
        ServerSessions.execute(connection, "SELECT pg_logical_emit_message(true, 'reliability', '')");
    }

    /**
     * Whether it was committed. One that the server still works on is waited for.
     *
     * @param transaction as pg_current_xact_id() named it
     * @throws SQLException the server can not say, or not yet
     */
    static boolean await(Connection connection, String transaction, TimeSource time) throws SQLException {
        long start = time.nanoTime();
        while (true) {
            String status = status(connection, transaction);
            if (status == null) {
                throw new SQLException("the server does not remember the transaction " + transaction, "55000");
            }
            if (!status.equals("in progress")) {
                return status.equals("committed");
            }
            if (time.since(start).compareTo(LONGEST) > 0) {
                throw new SQLException("the transaction " + transaction + " is still in progress", "55000");
            }
            Pauses.pause();
        }
    }

    private static @Nullable String status(Connection connection, String transaction) throws SQLException {
        try {
            return DatabaseCatalog.text(connection, "SELECT pg_xact_status(?::xid8)", transaction);
        } catch (SQLException e) {
            if (ServerFaults.state(e).equals(IN_THE_FUTURE)) {
                return "aborted";
            }
            throw e;
        }
    }
}
