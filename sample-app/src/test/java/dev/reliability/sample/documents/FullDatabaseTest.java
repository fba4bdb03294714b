package dev.reliability.sample.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.circuitbreaker.CircuitBreakerConfig;
import dev.reliability.core.circuitbreaker.State;
import dev.reliability.core.time.ManualTime;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The disk of the database is full: it refuses what would write, and answers all else. */
class FullDatabaseTest {
    private static final int FAILURES = 5;

    private final CircuitBreaker breaker = CircuitBreaker.of(
            "database",
            CircuitBreakerConfig.consecutive(FAILURES, Duration.ofSeconds(30))
                    .countingOnly(DatabaseFailures::isOutage));
    private final Database database = new Database(
            new PGSimpleDataSource() {
                @Override
                public Connection getConnection() {
                    return (Connection) Proxy.newProxyInstance(
                            Connection.class.getClassLoader(),
                            new Class<?>[] {Connection.class},
                            (connection, method, arguments) -> null);
                }
            },
            FAILURES,
            breaker,
            () -> {},
            () -> {},
            new ManualTime());

    @Test
    void whoever_writes_is_told_so_and_whoever_reads_is_served() {
        for (int i = 0; i < 2 * FAILURES; i++) {
            assertThatThrownBy(() -> fail("53100"))
                    .isInstanceOfSatisfying(
                            DocumentException.class,
                            refused -> assertThat(refused.kind()).isEqualTo(DocumentException.Kind.NO_SPACE));
        }

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(database.<String>query(connection -> "read")).isEqualTo("read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"53200", "53300", "57P03", "08006"})
    void a_database_that_can_serve_nobody_is_an_outage(String state) {
        for (int i = 0; i < FAILURES; i++) {
            assertThatThrownBy(() -> fail(state))
                    .isInstanceOfSatisfying(
                            DocumentException.class,
                            refused -> assertThat(refused.kind()).isEqualTo(DocumentException.Kind.UNAVAILABLE));
        }

        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void nor_can_one_be_used_that_opens_no_connection_for_lack_of_room() {
        for (int i = 0; i < FAILURES; i++) {
            assertThatThrownBy(() -> fail(new SQLTransientConnectionException("as the pool says it", "53100")))
                    .isInstanceOfSatisfying(
                            DocumentException.class,
                            refused -> assertThat(refused.kind()).isEqualTo(DocumentException.Kind.UNAVAILABLE));
        }

        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    private void fail(String state) {
        fail(new SQLException("as the server says it", state));
    }

    private void fail(SQLException failure) {
        database.run(connection -> {
            throw failure;
        });
    }
}
