package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.core.backup.BackupException;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out before a load whether the server has room for it. That can not be asked for in SQL, so the room is taken, by a
 * temporary file, and given back. It costs the writing of as many bytes, which hardly come to the disk.
 *
 * <p>The load itself must not be what finds out. Where the server's log (pg_wal) lies on the same disk, a load that fills
 * it leaves no room for that: the server ends every session and does not start again until somebody has made room. Of a
 * temporary file nothing is written to the log, so here only a statement fails. What others write meanwhile, what a load
 * takes beyond the database that was backed up, or beyond its text where no manifest tells, and what is beyond a {@code
 * temp_file_limit} is not known here.
 */
final class RoomTrial {
    private static final Logger LOG = LoggerFactory.getLogger(RoomTrial.class);

    /** A file is written fastest by long values, each of which the server also has in memory. */
    private static final long PIECE = 1 << 20;

    /** Between two portions the restore can be cancelled. */
    private static final int PORTION = 256;

    /** About so much log the server keeps at most; a smaller load writes as much as it loads. */
    private static final String LOG_BYTES = "SELECT pg_size_bytes(current_setting('max_wal_size'))";

    private static final String MOST_BYTES = "SELECT CASE setting WHEN '-1' THEN 9223372036854775807"
            + " ELSE 1024 * setting::bigint END FROM pg_catalog.pg_settings WHERE name = 'temp_file_limit'";

    private final ServerSessions sessions;
    private final RestoreRequest request;

    RoomTrial(ServerSessions sessions, RestoreRequest request) {
        this.sessions = sessions;
        this.request = request;
    }

    /**
     * Takes the room in this database, and gives it back.
     *
     * @throws BackupException.NoSpace there is less of it
     */
    void require(String database) {
        DatabaseFacts facts = request.facts();
        long bytes = facts == null ? request.plainBytes() : facts.databaseBytes();
        if (bytes < 0) {
            return;
        }
        try (Connection connection = sessions.open(database, request.operation())) {
            long log = Math.min(bytes, DatabaseCatalog.number(connection, LOG_BYTES));
            connection.setAutoCommit(false);
            try {
                take(connection, pieces(connection, bytes + log));
            } catch (SQLException e) {
                if (ServerFaults.state(e).equals(ServerFaults.DISK_FULL)) {
                    throw noRoom(facts == null ? "the dump has" : "the database that was backed up had", bytes, log, e);
                }
                throw e;
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw ServerFaults.statement("trying whether the server has room", e);
        }
    }

    private static long pieces(Connection connection, long bytes) throws SQLException {
        long wanted = bytes / PIECE + 1;
        // The server adds some bytes to each.
        long most = DatabaseCatalog.number(connection, MOST_BYTES) / (PIECE + PIECE / 100);
        if (most < wanted) {
            LOG.warn(
                    "whether the server has room for {} MiB is tried for {} MiB only: its temp_file_limit allows no more",
                    wanted,
                    most);
        }
        return Math.min(most, wanted);
    }

    private void take(Connection connection, long pieces) throws SQLException {
        // On the disk of the database, and nothing in memory.
        ServerSessions.execute(
                connection,
                "SET LOCAL temp_tablespaces = ''; SET LOCAL work_mem = '64kB'; DECLARE room NO SCROLL CURSOR FOR"
                        + " WITH piece AS MATERIALIZED (SELECT repeat('-', " + PIECE + ") FROM generate_series(1, "
                        + pieces + ")) SELECT FROM piece");
        for (long taken = 0; taken < pieces; taken += PORTION) {
            request.bytesSoFar().accept(0);
            ServerSessions.execute(connection, "MOVE FORWARD " + PORTION + " IN room");
        }
    }

    private static BackupException.NoSpace noRoom(String whatHas, long bytes, long log, SQLException e) {
        return new BackupException.NoSpace(
                "the disk of the server has too little room, and nothing was loaded: " + whatHas + " " + bytes
                        + " bytes, and loading it writes up to " + log
                        + " bytes of the server's log; make room there, or restore on another server",
                e);
    }
}
