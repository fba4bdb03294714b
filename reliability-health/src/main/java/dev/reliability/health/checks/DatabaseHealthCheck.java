package dev.reliability.health.checks;

import dev.reliability.core.health.Health;
import dev.reliability.core.health.HealthCheck;
import dev.reliability.core.health.Message;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;

/**
 * Takes a connection and lets its driver ask the server whether it still answers. Safe for use by any thread.
 *
 * <p>How long taking a connection may last is the DataSource's own setting (with HikariCP {@code connectionTimeout});
 * it should be below the check's timeout, or every outage is reported as a check that does not answer. A pool with few
 * connections that is used up looks like a failure, which it is.
 */
public final class DatabaseHealthCheck implements HealthCheck {
    private static final Message OK = Message.of("database.ok", "database connection works");
    private static final Message FAILED = Message.of("database.failed", "database connection failed");
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);
    /** The class of connection exceptions in the SQL standard. */
    private static final String CONNECTION_FAILURE = "08006";

    private final String name;
    private final DataSource dataSource;
    private final int timeoutSeconds;

    /** The component {@code database}; the server has 2 s to answer. */
    public DatabaseHealthCheck(DataSource dataSource) {
        this("database", dataSource, DEFAULT_TIMEOUT);
    }

    /**
     * A component of another name, for a second database.
     *
     * @param timeout how long the server has to answer on a connection; JDBC counts in whole seconds, so it is rounded
     *     up; more than zero, at most 1 hour
     * @throws IllegalArgumentException if the timeout is out of range
     */
    public DatabaseHealthCheck(String name, DataSource dataSource, Duration timeout) {
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(
                    "timeout of the check '" + name + "' is " + timeout + ", must be more than zero and at most PT1H");
        }
        this.name = Objects.requireNonNull(name, "name");
        this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        this.timeoutSeconds =
                Math.toIntExact(timeout.plusSeconds(1).minusNanos(1).toSeconds());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Message failureMessage() {
        return FAILED;
    }

    /** Healthy if the server answers; else throws, so that a breaker sees the same exceptions as from other calls. */
    @Override
    public Health check() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            if (!connection.isValid(timeoutSeconds)) {
                throw new SQLNonTransientConnectionException(
                        "the server did not answer within " + timeoutSeconds + " s on a connection of the check '"
                                + name + "'",
                        CONNECTION_FAILURE);
            }
        }
        return Health.healthy(OK);
    }
}
