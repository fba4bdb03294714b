package dev.reliability.sample.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.circuitbreaker.CircuitBreakerConfig;
import dev.reliability.core.circuitbreaker.State;
import dev.reliability.core.time.ManualTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

/** The server ends all sessions of the pool, as a restore does: the next statements do not fail by that. */
@ExtendWith(PrivatePostgres.Shared.class)
class EndedSessionsTest {
    private static final int CONNECTIONS = 5;

    private PrivatePostgres server;
    private final ManualTime time = new ManualTime();
    private String name = "";
    private HikariDataSource pool;
    private CircuitBreaker breaker;
    private Database database;

    @BeforeEach
    void open(PrivatePostgres postgres) {
        server = postgres;
        name = postgres.createDatabase();
        server.execute(PrivatePostgres.ROLE, name, "CREATE TABLE notes (text text)");
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl("jdbc:postgresql://" + postgres.host() + ":" + postgres.port() + "/" + name);
        source.setUser(PrivatePostgres.ROLE);
        source.setPassword(postgres.password(PrivatePostgres.ROLE));
        HikariConfig config = new HikariConfig();
        config.setDataSource(source);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setConnectionTimeout(500);
        pool = new HikariDataSource(config);
        breaker = CircuitBreaker.of(
                "database",
                CircuitBreakerConfig.consecutive(CONNECTIONS, Duration.ofSeconds(30))
                        .countingOnly(DatabaseFailures::isOutage));
        database = new Database(
                pool,
                CONNECTIONS,
                breaker,
                () -> {},
                () -> pool.getHikariPoolMXBean().softEvictConnections(),
                time);
    }

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void whoever_uses_a_session_that_was_ended_is_served_by_another() throws Exception {
        useAll();

        endSessions();

        useAll();
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void a_transaction_that_was_broken_off_is_done_once_more() {
        AtomicInteger tries = new AtomicInteger();

        database.transaction(connection -> {
            write(connection, "once");
            if (tries.incrementAndGet() == 1) {
                endSessions();
            }
            write(connection, "and once");
            return tries;
        });

        assertThat(server.query(name, "SELECT text FROM notes")).containsExactly("once", "and once");
        assertThat(tries).hasValue(2);
    }

    @Test
    void a_commit_that_was_broken_off_is_not_done_again() {
        AtomicInteger tries = new AtomicInteger();

        assertThatThrownBy(() -> database.transaction(connection -> {
                    write(connection, "once");
                    tries.incrementAndGet();
                    endSessions();
                    return tries;
                }))
                .isInstanceOfSatisfying(
                        DocumentException.class,
                        failed -> assertThat(failed.kind()).isEqualTo(DocumentException.Kind.UNAVAILABLE));

        assertThat(tries).hasValue(1);
    }

    @Test
    void who_is_ended_again_and_again_is_told_after_two_seconds() {
        AtomicInteger tries = new AtomicInteger();

        assertThatThrownBy(() -> database.query(connection -> {
                    tries.incrementAndGet();
                    time.advance(Duration.ofSeconds(1));
                    endSessions();
                    write(connection, "never");
                    return connection;
                }))
                .isInstanceOf(DocumentException.class);
        assertThat(tries).hasValue(3);
        assertThat(server.query(name, "SELECT text FROM notes")).isEmpty();
    }

    /** Uses all connections at the same time. */
    private void useAll() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
        CountDownLatch everybody = new CountDownLatch(CONNECTIONS);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            running.add(threads.submit(() -> database.query(connection -> {
                everybody.countDown();
                write(connection, "one of many");
                await(everybody);
                return connection;
            })));
        }
        for (Future<?> one : running) {
            one.get();
        }
        threads.shutdown();
    }

    private static void await(CountDownLatch everybody) {
        try {
            everybody.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(Connection connection, String text) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO notes VALUES ('" + text + "')");
        }
    }

    private void endSessions() {
        server.execute(
                PrivatePostgres.SUPERUSER,
                "postgres",
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '" + name + "'");
    }
}
