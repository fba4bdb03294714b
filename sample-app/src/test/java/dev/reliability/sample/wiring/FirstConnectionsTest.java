package dev.reliability.sample.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.reliability.backup.postgresql.PrivatePostgres;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

@ExtendWith(PrivatePostgres.Shared.class)
class FirstConnectionsTest {
    @Test
    void they_are_in_the_pool_before_what_comes_next(PrivatePostgres server) throws Exception {
        try (HikariDataSource pool = pool(server, 20)) {
            assertThat(idleWhenOpened(server, pool, 20)).isEqualTo(5);
        }
    }

    @Test
    void they_are_no_more_than_the_pool_may_have(PrivatePostgres server) throws Exception {
        try (HikariDataSource pool = pool(server, 2)) {
            assertThat(idleWhenOpened(server, pool, 2)).isEqualTo(2);
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

    private static int idleWhenOpened(PrivatePostgres server, HikariDataSource pool, int most) throws Exception {
        CompletableFuture<Integer> idle = new CompletableFuture<>();
        try (FirstConnections first = new FirstConnections(source(server), pool, most)) {
            first.open(() -> idle.complete(pool.getHikariPoolMXBean().getIdleConnections()));
            return idle.get(30, TimeUnit.SECONDS);
        }
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
