package dev.reliability.sample.wiring;

import dev.reliability.core.time.TimeSource;
import dev.reliability.sample.threads.DaemonThreads;
import dev.reliability.sample.threads.Ending;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pool's connections, opened before anybody is told that this backend is ready. In a process that has just begun, on a
 * busy machine, opening one takes longer than a request or a health check may wait, and the breaker would open on a
 * database that works.
 */
final class FirstConnections implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FirstConnections.class);
    private static final Duration AT_MOST = Duration.ofSeconds(5);

    private final DataSource patient;
    private final DataSource pool;
    private final int connections;
    private final TimeSource time;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(DaemonThreads.named("first-connections"));

    /**
     * @param patient opens the first connection, and bounds how long that may take
     * @param connections how many the pool may have
     * @param time measures the five seconds after which those that are missing are left to requests
     */
    FirstConnections(DataSource patient, DataSource pool, int connections, TimeSource time) {
        this.patient = patient;
        this.pool = pool;
        this.connections = connections;
        this.time = time;
    }

    /** Opens them on a thread of its own, or finds that it can not; then does what comes next. To be called once. */
    void open(Runnable next) {
        thread.execute(() -> {
            try {
                fill();
            } finally {
                next.run();
            }
        });
    }

    private void fill() {
        List<Connection> opened = new ArrayList<>();
        try {
            giveBack(patient.getConnection());
            long start = time.nanoTime();
            while (opened.size() < connections && time.since(start).compareTo(AT_MOST) < 0) {
                openOne(opened);
            }
        } catch (SQLException outage) {
            log.debug("{} connections were opened beforehand", opened.size(), outage);
        } finally {
            opened.forEach(FirstConnections::giveBack);
        }
    }

    /** The pool waits no longer than a request may; what it is opening meanwhile comes all the same. */
    private void openOne(List<Connection> opened) throws SQLException {
        try {
            opened.add(pool.getConnection());
        } catch (SQLTransientConnectionException notYet) {
            log.debug("a connection takes longer", notYet);
        }
    }

    private static void giveBack(Connection connection) {
        try {
            connection.close();
        } catch (SQLException broken) {
            log.debug("a connection broke before it was used", broken);
        }
    }

    @Override
    public void close() {
        Ending.of(thread);
    }
}
