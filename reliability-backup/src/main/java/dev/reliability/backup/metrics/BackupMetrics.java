package dev.reliability.backup.metrics;

import dev.reliability.backup.BackupFigures;
import dev.reliability.backup.BackupFigures.Newest;
import dev.reliability.backup.FiguresReader;
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
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Backups as gauges over what the repository has on record, whichever process made them: a job's own counters die with
 * it. All names begin with {@code reliability.backup.}; {@code docs/metrics.md} lists them. What is not known, as there
 * is no such backup or the repository has not been read yet, is NaN.
 *
 * <p>A scrape never reads the repository: ages go on while it is out of reach, and {@code figures.age} says how old what
 * is known is.
 *
 * <pre>{@code
 * FiguresReader figures = new FiguresReader(backups::figures, TimeSource.system());
 * new BackupMetrics(figures, TimeSource.system()).bindTo(registry);
 * figures.start();
 * }</pre>
 *
 * <p>Safe for use by any thread.
 */
public final class BackupMetrics implements MeterBinder {
    private static final String SECONDS = "seconds";
    private static final String PREFIX = "reliability.backup.";
    private static final List<String> ERRORS =
            List.of("damaged", "no_space", "unavailable", "refused", "lease_lost", "internal");

    private final FiguresReader reader;
    private final TimeSource time;

    /** @param reader whoever made it starts and closes it */
    public BackupMetrics(FiguresReader reader, TimeSource time) {
        this.reader = Objects.requireNonNull(reader, "reader");
        this.time = Objects.requireNonNull(time, "time");
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
        gauge(
                        "test.restored.age",
                        "age of the newest backup that a test restore proved",
                        SECONDS,
                        figures -> age(figures.newestTestRestored()))
                .register(registry);
        gauge("damaged", "backups that were found not to be whole, or not to restore", "backups", figures ->
                        (double) figures.damaged())
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
        return Gauge.builder(
                        PREFIX + name,
                        this,
                        metrics -> metrics.reader.last().map(value).orElse(Double.NaN))
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
        return reader.age().map(age -> (double) age.toSeconds()).orElse(Double.NaN);
    }
}
