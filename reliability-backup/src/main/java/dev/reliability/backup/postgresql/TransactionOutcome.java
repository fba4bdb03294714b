package dev.reliability.backup.postgresql;

import dev.reliability.core.time.TimeSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Asks the server what became of a transaction whose session is gone. */
final class TransactionOutcome {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private TransactionOutcome() {}

    /**
     * Whether it was committed. One that the server still works on is waited for.
     *
     * @param transaction as pg_current_xact_id() named it
     * @throws SQLException the server can not say, or not yet
     */
    static boolean await(Connection connection, String transaction, TimeSource time) throws SQLException {
        long start = time.nanoTime();
        while (true) {
            String status = DatabaseCatalog.text(connection, "SELECT pg_xact_status(?::xid8)", transaction);
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
}
