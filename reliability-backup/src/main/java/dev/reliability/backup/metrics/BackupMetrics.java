package dev.reliability.backup.metrics;

import dev.reliability.backup.BackupFigures;
import dev.reliability.backup.BackupFigures.Newest;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.time.TimeSource;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Backups as gauges over what the repository has on record, whichever process made them: a job's own counters die with
 * it. All names begin with {@code reliability.backup.}; {@code docs/metrics.md} lists them. What is not known, as there
 * is no such backup or the repository has not been read yet, is NaN.
 *
 * <p>A scrape never reads the repository: a thread reads it at the start and then once a minute. If it can not, the last
 * figures stay, ages go on, and {@code figures.age} says how old they are.
 *
 * <pre>{@code
 * BackupMetrics metrics = new BackupMetrics(backups::figures, TimeSource.system());
 * metrics.bindTo(registry);
 * metrics.start();
 * }</pre>
 *
 * <p>Safe for use by any thread; whoever made it closes it.
 */
public final class BackupMetrics implements MeterBinder, AutoCloseable {
    /** How old figures are at most while the repository can be read. */
    public static final Duration REFRESH = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(BackupMetrics.class);
    private static final String SECONDS = "seconds";
    private static final String PREFIX = "reliability.backup.";
    private static final List<String> ERRORS =
            List.of("damaged", "no_space", "unavailable", "refused", "lease_lost", "internal");

    private final Supplier<BackupFigures> repository;
    private final TimeSource time;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::loop, "backup-metrics");
    private volatile @Nullable Read last;
    private String obstacle = "";

    private record Read(BackupFigures figures, long atNanos) {}

    /** @param repository reads the figures, which may take a while, or throws what is then logged */
    public BackupMetrics(Supplier<BackupFigures> repository, TimeSource time) {
        this.repository = Objects.requireNonNull(repository, "repository");
        this.time = Objects.requireNonNull(time, "time");
        thread.setDaemon(true);
    }

    /** Begins to read the repository; to be called once. */
    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }

    private void loop() {
        try {
            do {
                refresh();
            } while (!closed.await(REFRESH.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads the repository now. */
    void refresh() {
        try {
            long before = time.nanoTime();
            last = new Read(repository.get(), before);
            obstacle = "";
        } catch (RuntimeException failed) {
            String now = String.valueOf(failed.getMessage());
            if (closed.getCount() > 0 && !now.equals(obstacle)) {
                obstacle = now;
                log.atWarn()
                        .addKeyValue("event", "backup_metrics_stale")
                        .addKeyValue("error", now)
                        .log("the repository can not be read; its metrics grow old");
            }
        }
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (BackupType type : BackupType.values()) {
            newest(
                    registry,
                    type,
                    "last.success",
                    "moment of the newest completed backup since 1970",
                    SECONDS,
                    newest -> newest.createdAt().getEpochSecond());
            newest(
                    registry,
                    type,
                    "last.duration",
                    "how long the newest completed backup took",
                    SECONDS,
                    newest -> newest.duration().toMillis() / 1000.0);
            newest(
                    registry,
                    type,
                    "last.size",
                    "stored bytes of the newest completed backup",
                    BaseUnits.BYTES,
                    Newest::size);
            newest(
                    registry,
                    type,
                    "last.added",
                    "stored bytes that the newest completed backup alone added",
                    BaseUnits.BYTES,
                    Newest::addedBytes);
        }
        for (BackupStatus status : List.of(BackupStatus.COMPLETED, BackupStatus.INCOMPLETE)) {
            gauge("stored", "backups in the repository", "backups", figures ->
                            (double) figures.counts().getOrDefault(status, 0))
                    .tag("status", status.wireName())
                    .register(registry);
        }
        for (OperationStatus.Kind kind : OperationStatus.Kind.values()) {
            for (String error : ERRORS) {
                BackupFigures.Failure failure = new BackupFigures.Failure(kind, error);
                gauge("operations.failed", "operations on record that failed", "operations", figures ->
                                (double) figures.failures().getOrDefault(failure, 0))
                        .tag("kind", kind.wireName())
                        .tag("error", error)
                        .register(registry);
            }
        }
        gauge("age", "age of the newest completed backup", SECONDS, this::ageOfNewest)
                .register(registry);
        gauge(
                        "verified.age",
                        "age of the newest backup that was proved to be whole",
                        SECONDS,
                        figures -> age(figures.newestVerified()))
                .register(registry);
        Gauge.builder(PREFIX + "figures.age", this, BackupMetrics::ageOfFigures)
                .description("how long ago the repository was read for these figures")
                .baseUnit(SECONDS)
                .strongReference(true)
                .register(registry);
    }

    private void newest(
            MeterRegistry registry,
            BackupType type,
            String name,
            String description,
            String unit,
            ToDoubleFunction<Newest> value) {
        gauge(name, description, unit, figures -> {
                    Newest newest = figures.newest().get(type);
                    return newest == null ? Double.NaN : value.applyAsDouble(newest);
                })
                .tag("type", type.wireName())
                .register(registry);
    }

    private Gauge.Builder<BackupMetrics> gauge(
            String name, String description, String unit, Function<BackupFigures, Double> value) {
        return Gauge.builder(PREFIX + name, this, metrics -> {
                    Read read = metrics.last;
                    return read == null ? Double.NaN : value.apply(read.figures());
                })
                .description(description)
                .baseUnit(unit)
                .strongReference(true);
    }

    private double ageOfNewest(BackupFigures figures) {
        Optional<Instant> newest =
                figures.newest().values().stream().map(Newest::createdAt).max(Comparator.naturalOrder());
        return age(newest.orElse(null));
    }

    private double age(@Nullable Instant moment) {
        return moment == null
                ? Double.NaN
                : Math.max(0, Duration.between(moment, time.now()).toSeconds());
    }

    private double ageOfFigures() {
        Read read = last;
        return read == null ? Double.NaN : time.since(read.atNanos()).toSeconds();
    }
}
