package dev.reliability.sample.wiring;

import com.zaxxer.hikari.HikariDataSource;
import dev.reliability.backup.BackupManager;
import dev.reliability.backup.FiguresReader;
import dev.reliability.backup.health.BackupHealthCheck;
import dev.reliability.backup.metrics.BackupMetrics;
import dev.reliability.backup.schedule.BackupScheduler;
import dev.reliability.backup.schedule.CronSchedule;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.circuitbreaker.CircuitBreakerConfig;
import dev.reliability.core.circuitbreaker.CircuitBreakers;
import dev.reliability.core.health.HealthMessages;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.TimeSource;
import dev.reliability.health.HealthMonitor;
import dev.reliability.health.management.ManagementServer;
import dev.reliability.jaxrs.ReliabilityApi;
import dev.reliability.sample.configuration.Configuration;
import dev.reliability.sample.documents.DatabaseFailures;
import dev.reliability.sample.documents.DocumentModule;
import dev.reliability.sample.http.HttpServer;
import dev.reliability.sample.http.MetricsResource;
import dev.reliability.sample.logging.BreakerEvents;
import dev.reliability.sample.notify.Webhook;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running backend: every part, made in the order of what needs what, and closed in the opposite one. It starts and
 * serves without its database and its stores; each is used as soon as it is there.
 */
public final class Backend {
    private static final Logger log = LoggerFactory.getLogger(Backend.class);
    private static final int BREAKER_FAILURES = 5;
    private static final Duration BREAKER_OPEN = Duration.ofSeconds(30);
    private static final Duration SCHEMA_PAUSE = Duration.ofSeconds(1);
    private static final Duration RECOVERY_PAUSE = Duration.ofSeconds(10);

    private final Closing closing;
    private final HealthMonitor monitor;
    private final int port;
    private final Optional<Integer> managementPort;
    private final Duration drain;

    private Backend(
            Closing closing, HealthMonitor monitor, int port, Optional<Integer> managementPort, Duration drain) {
        this.closing = closing;
        this.monitor = monitor;
        this.port = port;
        this.managementPort = managementPort;
        this.drain = drain;
    }

    /**
     * Starts it; it serves when this returns.
     *
     * @throws Exception if a port can not be had; then nothing is left running
     */
    public static Backend start(Configuration configuration, TimeSource time) throws Exception {
        Closing closing = new Closing();
        try {
            return start(configuration, time, closing);
        } catch (Exception failed) {
            closing.closeAll();
            throw failed;
        }
    }

    private static Backend start(Configuration configuration, TimeSource time, Closing closing) throws Exception {
        PrometheusMeterRegistry meters = Meters.forProcess(closing);
        CircuitBreakers breakers = new CircuitBreakers(time);
        BreakerEvents.logAll(breakers);
        CircuitBreaker databaseBreaker = breaker(breakers, "database", DatabaseFailures::isOutage);
        CircuitBreaker storageBreaker = breaker(breakers, "storage", DocumentModule::isStorageOutage);

        DataSources sources = new DataSources(configuration.database());
        HikariDataSource pool = closing.later("pool", sources.pool(meters));
        Stores stores = closing.later("stores", new Stores());
        ObjectStore documents = stores.documents(configuration.storage());
        ObjectStore repository = stores.backups(configuration.backups().repository());
        Optional<Webhook> webhook = BackupParts.webhook(configuration.backups());
        webhook.ifPresent(made -> closing.later("webhook", made));
        OffsiteCopying offsite = new OffsiteCopying();
        List<Consumer<OperationStatus>> told = new CopyOnWriteArrayList<>();
        told.add(BackupParts.telling(webhook));
        told.add(offsite::ended);
        BackupManager backups = closing.later(
                "backups",
                BackupParts.manager(
                        configuration.database(),
                        configuration.backups(),
                        repository,
                        configuration.backups().offsite().map(stores::backups),
                        documents,
                        ended -> told.forEach(each -> each.accept(ended)),
                        time));
        closing.later("offsite copies", offsite);
        Persistent recovery =
                closing.later("recovery", new Persistent("backup-recovery", RECOVERY_PAUSE, backups::recover));

        Optional<BackupScheduler> scheduler =
                configuration.backups().schedule().map(schedule -> scheduler(schedule, backups, time));
        scheduler.ifPresent(made -> closing.later("schedule", made));
        Optional<BackupScheduler> verifyScheduler =
                configuration.backups().verify().schedule().map(schedule -> verifyScheduler(schedule, backups, time));
        verifyScheduler.ifPresent(made -> closing.later("verify schedule", made));
        Persistent schema = closing.later("schema", new Persistent("schema", SCHEMA_PAUSE, () -> {
            Schema.migrate(sources.forMigrations());
            // A full backup asks the documents' table for what it needs.
            scheduler.ifPresent(BackupScheduler::start);
        }));

        FiguresReader figures = closing.later("backup figures", new FiguresReader(backups::figures, time));
        told.add(ended -> figures.request());
        CheckThreads checkThreads = closing.later("health checks", new CheckThreads());
        HealthMonitor monitor = closing.later(
                "health",
                Health.monitor(
                        configuration.health(),
                        breakers,
                        sources.forHealth(),
                        documents,
                        repository,
                        new BackupHealthCheck(
                                figures, configuration.backups().verify().maxAge(), time),
                        checkThreads,
                        time));
        Meters.bind(meters, breakers, monitor, new BackupMetrics(figures, time));
        DocumentModule library = closing.later(
                "documents",
                DocumentModule.start(
                        new DocumentModule.Dependencies(
                                pool,
                                pool.getMaximumPoolSize(),
                                databaseBreaker,
                                documents,
                                storageBreaker,
                                () -> isBackupOpen(backups),
                                schema::request,
                                () -> pool.getHikariPoolMXBean().softEvictConnections(),
                                time),
                        new DocumentModule.Limits(
                                configuration.documents().maxUploadBytes(),
                                configuration.documents().minFreeBytes(),
                                configuration.documents().deleteGrace())));

        ReliabilityApi api = WebApplication.api(configuration, monitor, backups);
        HttpServer server = HttpServer.start(
                configuration.server().port(), WebApplication.of(configuration, api, library, meters, time));
        closing.add("server", server::stop);
        // Closed before the server, which would wait for them.
        closing.later("event streams", api);
        Optional<ManagementServer> management = management(configuration, monitor, meters);
        management.ifPresent(port -> closing.later("management", port));
        FirstConnections connections = closing.later(
                "first connections",
                new FirstConnections(sources.forMigrations(), pool, pool.getMaximumPoolSize(), time));
        connections.open(monitor::start);
        schema.request();
        recovery.request();
        figures.start();
        offsite.start(backups);
        verifyScheduler.ifPresent(BackupScheduler::start);
        if (configuration.backups().signingKeys().isEmpty()) {
            log.warn("BACKUP_SIGNING_KEY is not set: every backup in the repository is trusted, whoever wrote it");
        }
        log.atInfo()
                .addKeyValue("event", "started")
                .addKeyValue("port", server.port())
                .log("serving");
        return new Backend(
                closing,
                monitor,
                server.port(),
                management.map(ManagementServer::port),
                configuration.server().drain());
    }

    private static BackupScheduler scheduler(CronSchedule schedule, BackupManager backups, TimeSource time) {
        return new BackupScheduler("backup", schedule, time, fireTime -> {
            Optional<OperationStatus> unused = backups.createScheduled(backups.wholeType(), fireTime, Caller.system());
        });
    }

    private static BackupScheduler verifyScheduler(CronSchedule schedule, BackupManager backups, TimeSource time) {
        return new BackupScheduler("verify", schedule, time, fireTime -> {
            List<OperationStatus> unused = backups.verifyScheduled(fireTime, Caller.system());
        });
    }

    private static Optional<ManagementServer> management(
            Configuration configuration, HealthMonitor monitor, PrometheusMeterRegistry meters) throws IOException {
        Optional<Integer> port = configuration.server().managementPort();
        if (port.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(ManagementServer.builder(monitor)
                .port(port.get())
                .messages(HealthMessages.of(configuration.health().language()))
                .metrics(MetricsResource.MEDIA_TYPE, meters::scrape)
                .start());
    }

    private static CircuitBreaker breaker(CircuitBreakers breakers, String name, Predicate<Throwable> failures) {
        return breakers.get(
                name,
                CircuitBreakerConfig.consecutive(BREAKER_FAILURES, BREAKER_OPEN).countingOnly(failures));
    }

    /** Who can not be asked may be at work. */
    private static boolean isBackupOpen(BackupManager backups) {
        try {
            return backups.busy();
        } catch (BackupException unknown) {
            return true;
        }
    }

    /** The port of the API. */
    public int port() {
        return port;
    }

    /** The port of probes and metrics; empty without one. */
    public Optional<Integer> managementPort() {
        return managementPort;
    }

    /**
     * Stops it: readiness is off at once, requests are served for the time of draining, then no new ones are taken and
     * what runs is finished. Blocks until all is closed.
     */
    public void stop() {
        log.atInfo()
                .addKeyValue("event", "draining")
                .addKeyValue("seconds", drain.toSeconds())
                .log("not ready any more; requests are still served");
        monitor.drain();
        try {
            Thread.sleep(drain.toMillis());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        closing.closeAll();
        log.atInfo().addKeyValue("event", "stopped").log("stopped");
    }
}
