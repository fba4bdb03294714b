package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.core.backup.BackupException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Finds out before a load whether the server has room for it. That can not be asked for in SQL, so the room is taken, by a
 * temporary table, and given back. It costs the writing of as many bytes, which hardly come to the disk.
 *
 * <p>The load itself must not be what finds out. Where the server's log (pg_wal) lies on the same disk, a load that fills
 * it leaves no room for that: the server ends every session and does not start again until somebody has made room. Of a
 * temporary table nothing is written to the log, so here only a statement fails. What others write meanwhile, and what a
 * load takes beyond the database that was backed up, is not known here.
 */
final class RoomTrial {
    private static final int PAGE = 8192;

    /** Between two portions the restore can be cancelled. */
    private static final long PORTION = (256L << 20) / PAGE;

    /** About so much log the server keeps at most; a smaller load writes as much as it loads. */
    private static final String LOG_BYTES = "SELECT pg_size_bytes(current_setting('max_wal_size'))";

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
        if (facts == null) {
            return;
        }
        try (Connection connection = sessions.open(database, request.operation())) {
            long log = Math.min(facts.databaseBytes(), DatabaseCatalog.number(connection, LOG_BYTES));
            connection.setAutoCommit(false);
            try {
                take(connection, (facts.databaseBytes() + log) / PAGE);
            } catch (SQLException e) {
                throw ServerFaults.state(e).equals(ServerFaults.DISK_FULL)
                        ? noRoom(facts.databaseBytes(), log, e)
                        : ServerFaults.statement("trying whether the server has room", e);
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw ServerFaults.statement("trying whether the server has room", e);
        }
    }

    private void take(Connection connection, long pages) throws SQLException {
        // On the disk of the database, and not where the server has its temporary files.
        ServerSessions.execute(
                connection,
                "SET LOCAL temp_tablespaces = ''; CREATE TEMPORARY TABLE reliability_room (page text);"
                        + " ALTER TABLE reliability_room ALTER page SET STORAGE PLAIN");
        for (long left = pages; left > 0; left -= PORTION) {
            request.bytesSoFar().accept(0);
            ServerSessions.execute(
                    connection,
                    "INSERT INTO reliability_room SELECT repeat('-', 8000) FROM generate_series(1, "
                            + Math.min(left, PORTION) + ")");
        }
    }

    private static BackupException.NoSpace noRoom(long database, long log, SQLException e) {
        return new BackupException.NoSpace(
                "the disk of the server has too little room, and nothing was loaded: the database had " + database
                        + " bytes when it was backed up, and loading it writes up to " + log
                        + " bytes of the server's log; make room there, or restore on another server",
                e);
    }
}
