package dev.reliability.sample.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.FiguresReader;
import dev.reliability.backup.metrics.BackupMetrics;
import dev.reliability.core.circuitbreaker.CircuitBreakerConfig;
import dev.reliability.core.circuitbreaker.CircuitBreakers;
import dev.reliability.core.health.Health;
import dev.reliability.core.health.HealthCheck;
import dev.reliability.core.health.Message;
import dev.reliability.core.time.ManualTime;
import dev.reliability.health.HealthMonitor;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/metrics.md} says what the backend registers. */
class MetricsDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "metrics.md");

    @Test
    void the_document_lists_every_meter_of_ours_with_its_tags_unit_and_meaning() throws IOException {
        ManualTime time = new ManualTime();
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        CircuitBreakers breakers = new CircuitBreakers(time);
        breakers.get("database", CircuitBreakerConfig.consecutive(5, Duration.ofSeconds(30)));
        try (HealthMonitor monitor =
                        HealthMonitor.builder().check(new Fine()).time(time).build();
                FiguresReader figures = new FiguresReader(
                        () -> {
                            throw new AssertionError("binding reads nothing");
                        },
                        time)) {
            Meters.bind(registry, breakers, monitor, new BackupMetrics(figures, time));
        }

        List<String> documented = Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
        assertThat(new TreeSet<>(documented))
                .isEqualTo(registry.getMeters().stream()
                        .map(MetricsDocumentTest::row)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static String row(Meter meter) {
        Meter.Id id = meter.getId();
        String tags = id.getTags().stream()
                .map(Tag::getKey)
                .sorted()
                .map(key -> "`" + key + "`")
                .collect(Collectors.joining(", "));
        String unit = id.getBaseUnit() == null ? "" : id.getBaseUnit();
        return "| `" + id.getName() + "` | " + tags + " | " + unit + " | " + id.getDescription() + " |";
    }

    private static final class Fine implements HealthCheck {
        @Override
        public String name() {
            return "database";
        }

        @Override
        public Health check() {
            return Health.healthy(Message.of("fine", "fine"));
        }
    }
}
