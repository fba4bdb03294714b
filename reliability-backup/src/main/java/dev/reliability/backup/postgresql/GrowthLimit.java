package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.core.backup.BackupException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a database that is being loaded from filling the server's disk, on which the live one is: when it grows far beyond
 * the one that was backed up, its sessions are ended, whatever statement they are in. The server is asked for its size now
 * and then; what is written between two looks is over the limit.
 *
 * <p>A loaded database is as large as its source without what deleting and changing left in there, so smaller. It is
 * larger where the server packs otherwise: another major version, another method of compressing values, indexes that were
 * built in another order. Sorting goes to temporary files, which are no part of it.
 */
final class GrowthLimit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GrowthLimit.class);

    /** More than any of these was seen to take, and far less than what would fill a disk that a restore fits on. */
    private static final double TIMES = 1.3;

    /** An empty database has 8 MB of catalogs, which another major version may have twice; of a small one 1.3 is nothing. */
    static final long AT_LEAST = 64L << 20;

    /** A disk writes some hundred MB in that time; the question reads a folder. */
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final Connection connection;
    private final String database;
    private final long expected;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile long stoppedAt = -1;

    private GrowthLimit(Connection connection, String database, long expected) {
        this.connection = connection;
        this.database = database;
        this.expected = expected;
        thread = new Thread(this::run, "reliability-growth-limit");
        thread.setDaemon(true);
    }

    /**
     * Begins to watch.
     *
     * @param connection to a maintenance database; nobody else uses it until this is closed
     * @param facts what was backed up; null if nobody knows, then there is no limit
     */
    static GrowthLimit watch(Connection connection, String database, @Nullable DatabaseFacts facts) {
        GrowthLimit limit = new GrowthLimit(connection, database, facts == null ? -1 : facts.databaseBytes());
        if (limit.expected >= 0) {
            limit.thread.start();
        }
        return limit;
    }

    private long most() {
        return Math.max((long) (expected * TIMES), expected + AT_LEAST);
    }

    private void run() {
        try {
            while (!closed.await(LOOK.toNanos(), TimeUnit.NANOSECONDS)) {
                DatabaseProperties now = DatabaseProperties.read(connection, database);
                if (now != null && now.bytes() > most()) {
                    stoppedAt = now.bytes();
                    SessionEnder.endSessions(connection, now.oid());
                    return;
                }
            }
        } catch (SQLException e) {
            // The load finds out for itself what is wrong with the server; its end is looked at once more.
            LOG.warn("the size of the database {} can not be watched while it is loaded", database, e);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Looks at the size once more; after {@link #close()}.
     *
     * @throws BackupException.Refused it is too large, or was when the load was ended for it
     */
    void require() throws SQLException {
        requireNotStopped(null);
        DatabaseProperties now = expected < 0 ? null : DatabaseProperties.read(connection, database);
        if (now != null && now.bytes() > most()) {
            throw tooLarge(now.bytes());
        }
    }

    /** What the load failed by, unless it was ended here: then that is why. */
    void requireNotStopped(@Nullable BackupException failure) {
        if (stoppedAt >= 0) {
            BackupException.Refused refused = tooLarge(stoppedAt);
            if (failure != null) {
                refused.addSuppressed(failure);
            }
            throw refused;
        }
    }

    private BackupException.Refused tooLarge(long found) {
        return new BackupException.Refused(
                "the load was stopped, and nothing was replaced",
                List.of("the database " + database + " has grown to " + found + " bytes, and the one that was backed up"
                        + " had " + expected + ": more than " + most() + " are not expected, and would take the room"
                        + " of the live one"));
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
}
