package dev.reliability.health.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.core.health.Health;
import dev.reliability.core.health.HealthCheck;
import dev.reliability.core.health.Message;
import dev.reliability.health.CheckConfig;
import dev.reliability.health.HealthMonitor;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class HealthMetricsTest {
    private static final Message MESSAGE = Message.of("own", "own");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicReference<Health> answer = new AtomicReference<>(Health.degraded(MESSAGE));

    private final HealthCheck database = new HealthCheck() {
        @Override
        public String name() {
            return "database";
        }

        @Override
        public Health check() {
            return answer.get();
        }
    };

    private double component(String status) {
        return registry.get("reliability.health.component.status")
                .tags("component", "database", "status", status)
                .gauge()
                .value();
    }

    private double group(String group, String status) {
        return registry.get("reliability.health.group.status")
                .tags("group", group, "status", status)
                .gauge()
                .value();
    }

    @Test
    void statuses_areOneForTheOneThatIsAndZeroForTheOthers() {
        try (HealthMonitor monitor = HealthMonitor.builder()
                .check(database, CheckConfig.defaults().notCritical())
                .group("reads", "database")
                .build()) {
            new HealthMetrics(monitor).bindTo(registry);
            assertThat(component("unhealthy")).isEqualTo(1);
            assertThat(group("health", "degraded")).isEqualTo(1);
            assertThat(group("ready", "unhealthy")).isEqualTo(1);
            assertThat(group("live", "healthy")).isEqualTo(1);

            monitor.start();
            Awaitility.await().until(() -> component("degraded") == 1);

            assertThat(component("healthy")).isZero();
            assertThat(component("unhealthy")).isZero();
            assertThat(group("reads", "degraded")).isEqualTo(1);
            Awaitility.await().until(() -> group("ready", "healthy") == 1);
        }
    }

    @Test
    void everyMeter_hasADescription() {
        new HealthMetrics(HealthMonitor.builder().check(database).build()).bindTo(registry);

        assertThat(registry.getMeters())
                .hasSize(3 + 4 * 3)
                .extracting(Meter::getId)
                .allSatisfy(id -> assertThat(id.getDescription()).isNotBlank());
    }
}
