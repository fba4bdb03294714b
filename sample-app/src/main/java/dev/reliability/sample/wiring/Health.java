package dev.reliability.sample.wiring;

import dev.reliability.backup.health.BackupHealthCheck;
import dev.reliability.core.circuitbreaker.CircuitBreakers;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.TimeSource;
import dev.reliability.health.CheckConfig;
import dev.reliability.health.HealthMonitor;
import dev.reliability.health.HealthMonitorBuilder;
import dev.reliability.health.checks.DatabaseHealthCheck;
import dev.reliability.health.checks.StorageHealthCheck;
import dev.reliability.sample.configuration.HealthSettings;
import java.time.Duration;
import javax.sql.DataSource;

/** Puts the health checks together. */
final class Health {
    private static final String DATABASE = "database";
    private static final String STORAGE = "storage";
    private static final String REPOSITORY = "backup_repository";
    private static final String BACKUP = "backup";
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private Health() {}

    /** A monitor that has not started: every 5 s, at most 2 s each, every second while something is wrong. */
    static HealthMonitor monitor(
            HealthSettings settings,
            CircuitBreakers breakers,
            DataSource database,
            ObjectStore documents,
            ObjectStore repository,
            BackupHealthCheck backup,
            CheckThreads threads,
            TimeSource time) {
        HealthMonitorBuilder monitor = HealthMonitor.builder()
                .time(time)
                .executor(threads)
                .circuitBreakers(breakers)
                .check(
                        new DatabaseHealthCheck(DATABASE, database, TIMEOUT),
                        CheckConfig.defaults().withCircuitBreaker(DATABASE))
                .check(
                        new StorageHealthCheck(STORAGE, documents, time),
                        CheckConfig.defaults().withCircuitBreaker(STORAGE))
                .group("health", DATABASE, STORAGE);
        if (settings.checks().contains(REPOSITORY) || settings.readyChecks().contains(REPOSITORY)) {
            monitor.check(new StorageHealthCheck(REPOSITORY, repository, time));
        }
        if (settings.checks().contains(BACKUP)) {
            monitor.check(backup, CheckConfig.defaults().notCritical());
        }
        settings.checks().forEach(check -> monitor.group("health", check));
        settings.readyChecks().forEach(check -> monitor.group("ready", check));
        return monitor.build();
    }
}
