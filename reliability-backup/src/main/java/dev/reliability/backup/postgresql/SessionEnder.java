package dev.reliability.backup.postgresql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends every session of one database again and again until it is closed, so that the database can be renamed while
 * clients reconnect. It knows the database by its OID: by its name it would end sessions of the restored one as soon as
 * that has the name. Sessions that this role may not end stay, and those of replication.
 */
final class SessionEnder implements AutoCloseable {
    private static final long PAUSE_MILLIS = 5;

    /** Of another role's session this one may not see the type; the server's own have no role. */
    private static final String END = """
            SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid
            WHERE a.datid = ?::oid AND coalesce(a.backend_type, 'client backend') = 'client backend' AND a.pid <> pg_backend_pid()
              AND (pg_has_role(r.oid, 'USAGE') OR pg_has_role('pg_signal_backend', 'USAGE'))
              AND (NOT r.rolsuper OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user))""";

    private final Connection connection;
    private final long oid;
    private final CountDownLatch firstRound = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private SessionEnder(Connection connection, long oid) {
        this.connection = connection;
        this.oid = oid;
        thread = new Thread(this::run, "reliability-session-ender");
        thread.setDaemon(true);
    }

    /** Starts, and returns after the first round. The connection is closed with it. */
    static SessionEnder start(Connection connection, long oid) throws InterruptedException {
        SessionEnder ender = new SessionEnder(connection, oid);
        ender.thread.start();
        ender.firstRound.await();
        return ender;
    }

    /** One round. */
    static void endSessions(Connection connection, long oid) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(END)) {
            round(statement, oid);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        Interrupts.shield(() -> {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void run() {
        try (connection;
                PreparedStatement statement = connection.prepareStatement(END)) {
            do {
                round(statement, oid);
                firstRound.countDown();
            } while (!closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (SQLException | InterruptedException stopped) {
            // Then the rename finds sessions, gives up and says which.
            return;
        } finally {
            firstRound.countDown();
        }
    }

    private static void round(PreparedStatement statement, long oid) throws SQLException {
        statement.setLong(1, oid);
        statement.executeQuery().close();
    }
}
