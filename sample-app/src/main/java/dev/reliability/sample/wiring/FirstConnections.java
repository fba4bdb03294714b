package dev.reliability.sample.wiring;

import dev.reliability.sample.threads.DaemonThreads;
import dev.reliability.sample.threads.Ending;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pool's first connections, opened before anybody is told that this backend is ready. In a process that has
 * just begun, on a busy machine, the very first one takes longer than a request or a health check may wait, and the breaker
 * would open on a database that works.
 */
final class FirstConnections implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FirstConnections.class);
    private static final int CONNECTIONS = 5;

    private final DataSource patient;
    private final DataSource pool;
    private final int connections;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(DaemonThreads.named("first-connections"));

    /**
     * @param patient opens the first connection, and bounds how long that may take
     * @param most how many connections the pool may have
     */
    FirstConnections(DataSource patient, DataSource pool, int most) {
        this.patient = patient;
        this.pool = pool;
        this.connections = Math.min(CONNECTIONS, most);
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
            while (opened.size() < connections) {
                opened.add(pool.getConnection());
            }
        } catch (SQLException outage) {
            log.debug("{} connections were opened beforehand", opened.size(), outage);
        } finally {
            opened.forEach(FirstConnections::giveBack);
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
