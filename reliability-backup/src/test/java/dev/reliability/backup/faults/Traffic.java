package dev.reliability.backup.faults;

import static org.awaitility.Awaitility.await;

import dev.reliability.backup.postgresql.PrivatePostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** An application that reads and writes a little all the time, by a thread of its own, and connects again if it must. */
final class Traffic implements AutoCloseable {
    static final String TABLE = "CREATE TABLE visit (at timestamptz DEFAULT now())";

    private static final long PAUSE_MILLIS = 5;
    private static final int SOME = 20;

    private final PrivatePostgres server;
    private final String database;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final AtomicLong served = new AtomicLong();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::run, "traffic");

    private Traffic(PrivatePostgres server, String database) {
        this.server = server;
        this.database = database;
    }

    static Traffic begin(PrivatePostgres server, String database) {
        Traffic traffic = new Traffic(server, database);
        traffic.thread.start();
        return traffic;
    }

    /** Returns when it was served some more times. */
    void awaitMore() {
        long enough = served.get() + SOME;
        await().atMost(Duration.ofSeconds(20)).until(() -> served.get() >= enough);
    }

    /** What went wrong. */
    List<String> failures() {
        return failures;
    }

    /** Ends it; how often it was served, a row each. */
    long end() throws InterruptedException {
        ending.countDown();
        thread.join();
        return served.get();
    }

    @Override
    public void close() {
        ending.countDown();
    }

    private void run() {
        try {
            do {
                visit();
            } while (!ending.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void visit() throws InterruptedException {
        try (Connection connection = server.connect(PrivatePostgres.ROLE, database);
                Statement statement = connection.createStatement()) {
            do {
                statement.execute("INSERT INTO visit SELECT FROM document LIMIT 1");
                served.incrementAndGet();
            } while (!ending.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (SQLException e) {
            failures.add(String.valueOf(e.getMessage()));
        }
    }
}
