package dev.reliability.sample.readme;

import dev.reliability.backup.BackupManager;
import dev.reliability.backup.postgresql.PostgreSQLConfig;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.ReferencedKeys;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.circuitbreaker.CircuitBreakerConfig;
import dev.reliability.core.circuitbreaker.CircuitBreakerOpenException;
import dev.reliability.core.health.HealthReport;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.health.CheckConfig;
import dev.reliability.health.HealthMonitor;
import dev.reliability.health.checks.DatabaseHealthCheck;
import dev.reliability.health.checks.StorageHealthCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;

/**
 * The Java of the README: what stands between {@code // README} and {@code // end} is its text but for the ends of lines.
 * {@link ReadmeExamplesTest} runs it.
 */
final class ReadmeExamples {
    private ReadmeExamples() {}

    static final class Breaker {
        private final DataSource dataSource;

        Breaker(DataSource dataSource) {
            this.dataSource = dataSource;
        }

        // README
        CircuitBreaker breaker =
                CircuitBreaker.of("database", CircuitBreakerConfig.consecutive(5, Duration.ofSeconds(30)));

        String ask() throws Exception {
            try {
                return breaker.execute(() -> query(dataSource));
            } catch (CircuitBreakerOpenException open) {
                return "try again in " + open.retryAfter().toSeconds() + " s";
            }
        }
        // end

        private static String query(DataSource dataSource) throws SQLException {
            try (Connection connection = dataSource.getConnection()) {
                return connection.getCatalog();
            }
        }
    }

    static final class Health {
        private final HealthMonitor health;
        private final HealthReport first;

        Health(DataSource dataSource, ObjectStore documents) {
            // README
            HealthMonitor health = HealthMonitor.builder()
                    .check(
                            new DatabaseHealthCheck(dataSource),
                            CheckConfig.defaults().withCircuitBreaker("database"))
                    .check(new StorageHealthCheck(documents))
                    .build();
            CircuitBreaker breaker = health.getCircuitBreaker("database", 5, Duration.ofSeconds(30));
            health.start();
            HealthReport report = health.health();
            // end
            this.first = report;
            this.health = health;
        }

        HealthReport first() {
            return first;
        }

        HealthMonitor monitor() {
            return health;
        }
    }

    static final class Backups {
        private final String host;
        private final int port;
        private final String password;
        private final String signingKey;

        Backups(String host, int port, String password, String signingKey) {
            this.host = host;
            this.port = port;
            this.password = password;
            this.signingKey = signingKey;
        }

        OperationStatus thereAndBack(Path folder, String name, ObjectStore documents, ReferencedKeys keysInRows)
                throws IOException {
            // README
            PostgreSQLConfig.Builder server =
                    PostgreSQLConfig.builder().host(host).port(port);
            BackupManager backups = BackupManager.builder(LocalObjectStore.open(folder))
                    .database(
                            server.user("app").password(password).database(name).build())
                    .objects(documents, keysInRows)
                    .signingKeys(List.of(signingKey))
                    .build();
            Caller by = new Caller("alice");
            OperationStatus made =
                    backups.await(backups.create(BackupType.FULL, by).id());
            OperationStatus begun = backups.restore(made.backupId(), RestoreOptions.defaults(), by);
            OperationStatus restored = backups.await(begun.id());
            // end
            backups.close();
            return restored;
        }
    }
}
