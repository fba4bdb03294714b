package dev.reliability.backup.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.BackupFigures;
import dev.reliability.backup.BackupFigures.Failure;
import dev.reliability.backup.BackupFigures.Newest;
import dev.reliability.backup.FiguresReader;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus.Kind;
import dev.reliability.core.time.ManualTime;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BackupMetricsTest {
    private final ManualTime time = new ManualTime();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicInteger reads = new AtomicInteger();
    private boolean outOfReach;
    private final FiguresReader figures = new FiguresReader(this::read, time);

    @BeforeEach
    void bind() {
        new BackupMetrics(figures, time).bindTo(registry);
    }

    @Test
    void what_is_not_known_is_not_a_number() {
        assertThat(value("age")).isNaN();
        assertThat(value("stored", "status", "completed")).isNaN();
        assertThat(value("figures.age")).isNaN();
    }

    @Test
    void figures_are_those_of_the_repository() {
        figures.refresh();

        assertThat(value("last.success", "type", "full")).isEqualTo(time.now().getEpochSecond() - 3600.0);
        assertThat(value("last.duration", "type", "full")).isEqualTo(90.5);
        assertThat(value("last.size", "type", "full")).isEqualTo(1000);
        assertThat(value("last.added", "type", "full")).isEqualTo(10);
        assertThat(value("last.size", "type", "storage")).isNaN();
        assertThat(value("stored", "status", "completed")).isEqualTo(3);
        assertThat(value("stored", "status", "incomplete")).isZero();
        assertThat(value("operations.failed", "kind", "create", "error", "no_space"))
                .isEqualTo(2);
        assertThat(value("operations.failed", "kind", "restore", "error", "damaged"))
                .isZero();
        assertThat(value("age")).isEqualTo(3600);
        assertThat(value("verified.age")).isNaN();
        assertThat(value("test.restored.age")).isEqualTo(7200);
        assertThat(value("damaged")).isEqualTo(2);
    }

    @Test
    void a_scrape_does_not_read_the_repository_and_ages_go_on_while_it_is_out_of_reach() {
        figures.refresh();
        outOfReach = true;
        time.advance(Duration.ofMinutes(10));
        figures.refresh();

        assertThat(value("age")).isEqualTo(4200);
        assertThat(value("figures.age")).isEqualTo(600);
        assertThat(value("stored", "status", "completed")).isEqualTo(3);
        assertThat(reads).hasValue(2);
    }

    private BackupFigures read() {
        reads.incrementAndGet();
        if (outOfReach) {
            throw new BackupException.Unavailable("the disk is gone", Duration.ofSeconds(10), null);
        }
        return new BackupFigures(
                Map.of(BackupType.FULL, new Newest(time.now().minusSeconds(3600), Duration.ofMillis(90_500), 1000, 10)),
                Map.of(BackupStatus.COMPLETED, 3),
                null,
                time.now().minusSeconds(7200),
                2,
                time.now().minusSeconds(9000),
                Map.of(new Failure(Kind.CREATE, "no_space"), 2));
    }

    private double value(String name, String... tags) {
        Gauge gauge = registry.get("reliability.backup." + name).tags(tags).gauge();
        return gauge.value();
    }
}
