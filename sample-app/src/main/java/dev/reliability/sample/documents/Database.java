package dev.reliability.sample.documents;

import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.time.TimeSource;
import dev.reliability.sample.documents.DocumentException.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every statement of the library: on a pooled connection, through the circuit breaker. When the server ends sessions, as a
 * restore does that puts another database in this one's place, what it broke off is done again on a new session: nothing of
 * it has happened, unless it was being committed. Safe for use by any thread.
 */
final class Database {
    private static final Logger log = LoggerFactory.getLogger(Database.class);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration LONGEST_QUEUE = Duration.ofSeconds(10);

    /** Longer than a restore takes to switch databases, and short for whoever waits for an answer. */
    private static final Duration LONGEST_SWITCH = Duration.ofSeconds(2);

    private static final Duration BEFORE_NEXT_TRY = Duration.ofMillis(20);

    private final DataSource pool;
    private final Semaphore places;
    private final CircuitBreaker breaker;
    private final Runnable schemaMissing;
    private final Runnable sessionsEnded;
    private final TimeSource time;

    /** Statements on a connection. */
    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    /** Statements on a connection, without a result. */
    @FunctionalInterface
    interface Statements {
        void on(Connection connection) throws SQLException;
    }

    /**
     * @param connections how many the pool gives out at a time: more requests wait here, in the order of their coming,
     *     so that the pool's short limit is about the database alone, and a busy hour is not taken for an outage
     * @param schemaMissing called when a statement misses its table; must not block
     * @param sessionsEnded called when the server has ended a session, and so most likely all that the pool keeps; must
     *     not block
     * @param time measures how long sessions are ended again and again
     */
    Database(
            DataSource pool,
            int connections,
            CircuitBreaker breaker,
            Runnable schemaMissing,
            Runnable sessionsEnded,
            TimeSource time) {
        this.pool = pool;
        this.places = new Semaphore(connections, true);
        this.breaker = breaker;
        this.schemaMissing = schemaMissing;
        this.sessionsEnded = sessionsEnded;
        this.time = time;
    }

    /** Runs statements that stand for themselves. */
    <T extends @Nullable Object> T query(Work<T> work) {
        return call(work);
    }

    /** Runs statements without a result. */
    void run(Statements statements) {
        boolean unused = call(connection -> {
            statements.on(connection);
            return true;
        });
    }

    /** Runs statements of which all or none count. */
    <T extends @Nullable Object> T transaction(Work<T> work) {
        return call(connection -> {
            connection.setAutoCommit(false);
            try {
                T result = work.on(connection);
                commit(connection);
                return result;
            } catch (SQLException | RuntimeException failed) {
                rollBack(connection, failed);
                throw failed;
            }
        });
    }

    private <T extends @Nullable Object> T call(Work<T> work) {
        // Before the breaker: whoever still waits when it opens is rejected at once.
        takePlace();
        try {
            return breaker.execute(() -> onSession(work));
        } catch (RuntimeException failure) {
            throw failure;
        } catch (SQLException failure) {
            throw translated(failure);
        } catch (Exception impossible) {
            throw new IllegalStateException("only statements are run", impossible);
        } finally {
            places.release();
        }
    }

    private <T extends @Nullable Object> T onSession(Work<T> work) throws SQLException {
        long start = time.nanoTime();
        while (true) {
            try (Connection connection = pool.getConnection()) {
                return work.on(connection);
            } catch (SQLException failure) {
                if (!DatabaseFailures.isSessionEnded(failure)
                        || time.since(start).compareTo(LONGEST_SWITCH) > 0) {
                    throw failure;
                }
                sessionsEnded.run();
                pause(failure);
            }
        }
    }

    private static void pause(SQLException failure) throws SQLException {
        try {
            TimeUnit.MILLISECONDS.sleep(BEFORE_NEXT_TRY.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }

    /** Whether a commit that was broken off has happened, nobody knows: it must not be done again. */
    private static void commit(Connection connection) throws SQLException {
        try {
            connection.commit();
        } catch (SQLException failure) {
            throw DatabaseFailures.isSessionEnded(failure) ? DatabaseFailures.outcomeUnknown(failure) : failure;
        }
    }

    private void takePlace() {
        try {
            if (!places.tryAcquire(LONGEST_QUEUE.toSeconds(), TimeUnit.SECONDS)) {
                throw new DocumentException(
                        Kind.BUSY, "All database connections have been in use for too long.", RETRY, null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DocumentException(Kind.UNAVAILABLE, "The service is stopping.", RETRY, e);
        }
    }

    private RuntimeException translated(SQLException failure) {
        if (DatabaseFailures.isSchemaMissing(failure)) {
            schemaMissing.run();
            return new DocumentException(Kind.UNAVAILABLE, "The database is being prepared.", RETRY, failure);
        }
        if (DatabaseFailures.isFull(failure)) {
            log.warn("a statement failed: {}", failure.toString());
            return new DocumentException(Kind.NO_SPACE, "The database has no room for this.", null, failure);
        }
        if (DatabaseFailures.isOutage(failure)) {
            log.warn("a statement failed: {}", failure.toString());
            return new DocumentException(Kind.UNAVAILABLE, "The database can not be used now.", RETRY, failure);
        }
        return new IllegalStateException("the database refused a statement: " + failure.getMessage(), failure);
    }

    private static void rollBack(Connection connection, Exception failed) {
        try {
            connection.rollback();
        } catch (SQLException second) {
            failed.addSuppressed(second);
        }
    }
}
