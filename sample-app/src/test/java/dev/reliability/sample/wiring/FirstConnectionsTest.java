package dev.reliability.sample.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.time.ManualTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

@ExtendWith(PrivatePostgres.Shared.class)
class FirstConnectionsTest {
    private final ManualTime time = new ManualTime();
    private final long begun = time.nanoTime();

    @Test
    void they_are_in_the_pool_before_what_comes_next(PrivatePostgres server) throws Exception {
        try (HikariDataSource pool = pool(server, 20)) {
            assertThat(idleWhenOpened(server, pool, 20)).isEqualTo(20);
        }
    }

    @Test
    void one_that_takes_longer_than_a_request_may_wait_is_waited_for(PrivatePostgres server) throws Exception {
        try (HikariDataSource pool = pool(server, 20)) {
            AtomicInteger asked = new AtomicInteger();
            DataSource slow = pool(() -> {
                if (asked.incrementAndGet() % 2 == 1) {
                    throw new SQLTransientConnectionException("not yet");
                }
                return pool.getConnection();
            });

            assertThat(idleWhenOpened(server, pool, slow, 20)).isEqualTo(20);
        }
    }

    @Test
    void after_five_seconds_it_goes_on_without_the_rest(PrivatePostgres server) throws Exception {
        try (HikariDataSource pool = pool(server, 20)) {
            DataSource stuck = pool(() -> {
                time.advance(Duration.ofMillis(500));
                throw new SQLTransientConnectionException("not yet");
            });

            assertThat(idleWhenOpened(server, pool, stuck, 20)).isZero();
            assertThat(time.since(begun)).isEqualTo(Duration.ofSeconds(5));
        }
    }

    @Test
    void without_a_database_it_goes_on_all_the_same() throws Exception {
        try (PrivatePostgres own = PrivatePostgres.create();
                HikariDataSource pool = pool(own, 20)) {
            own.stop();

            assertThat(idleWhenOpened(own, pool, 20)).isZero();
        }
    }

    private int idleWhenOpened(PrivatePostgres server, HikariDataSource pool, int most) throws Exception {
        return idleWhenOpened(server, pool, pool, most);
    }

    private int idleWhenOpened(PrivatePostgres server, HikariDataSource pool, DataSource asked, int most)
            throws Exception {
        CompletableFuture<Integer> idle = new CompletableFuture<>();
        try (FirstConnections first = new FirstConnections(source(server), asked, most, time)) {
            first.open(() -> idle.complete(pool.getHikariPoolMXBean().getIdleConnections()));
            return idle.get(30, TimeUnit.SECONDS);
        }
    }

    private interface Connecting {
        Connection connect() throws SQLException;
    }

    private static DataSource pool(Connecting connecting) {
        return new PGSimpleDataSource() {
            @Override
            public Connection getConnection() throws SQLException {
                return connecting.connect();
            }
        };
    }

    private static HikariDataSource pool(PrivatePostgres server, int most) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(source(server));
        config.setMinimumIdle(0);
        config.setMaximumPoolSize(most);
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(500);
        return new HikariDataSource(config);
    }

    private static PGSimpleDataSource source(PrivatePostgres server) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl("jdbc:postgresql://" + server.host() + ":" + server.port() + "/postgres");
        source.setUser(PrivatePostgres.ROLE);
        source.setPassword(server.password(PrivatePostgres.ROLE));
        return source;
    }
}
