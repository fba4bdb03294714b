package dev.reliability.health.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.circuitbreaker.CircuitBreakerConfig;
import dev.reliability.core.circuitbreaker.CircuitBreakers;
import dev.reliability.core.circuitbreaker.Permit;
import dev.reliability.core.time.ManualTime;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CircuitBreakerMetricsTest {
    private static final CircuitBreakerConfig CONFIG = CircuitBreakerConfig.consecutive(2, Duration.ofSeconds(30));

    private final ManualTime time = new ManualTime();
    private final CircuitBreakers breakers = new CircuitBreakers(time);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private static void fail(CircuitBreaker breaker) {
        Throwable unused = catchThrowable(() -> breaker.execute(() -> {
            throw new IOException("down");
        }));
    }

    private double state(String name, String state) {
        return registry.get("reliability.circuitbreaker.state")
                .tags("name", name, "state", state)
                .gauge()
                .value();
    }

    private double calls(String kind) {
        return registry.get("reliability.circuitbreaker.calls")
                .tags("name", "database", "kind", kind)
                .functionCounter()
                .count();
    }

    private double opened() {
        return registry.get("reliability.circuitbreaker.opened")
                .tag("name", "database")
                .counter()
                .count();
    }

    @Test
    void callsAndStates_areCounted() throws Exception {
        CircuitBreaker breaker = breakers.get("database", CONFIG);
        new CircuitBreakerMetrics(breakers).bindTo(registry);
        assertThat(state("database", "closed")).isEqualTo(1);

        breaker.execute(() -> {});
        fail(breaker);
        fail(breaker);
        fail(breaker);

        assertThat(state("database", "closed")).isZero();
        assertThat(state("database", "open")).isEqualTo(1);
        assertThat(calls("successful")).isEqualTo(1);
        assertThat(calls("failed")).isEqualTo(2);
        assertThat(calls("rejected")).isEqualTo(1);
        assertThat(opened()).isEqualTo(1);

        time.advance(Duration.ofSeconds(30));
        try (Permit probe = breaker.acquire()) {
            assertThat(state("database", "half_open")).isEqualTo(1);
            assertThat(registry.get("reliability.circuitbreaker.in.flight")
                            .gauge()
                            .value())
                    .isEqualTo(1);
            probe.onFailure(new IOException("still down"));
        }
        assertThat(opened()).isEqualTo(2);
    }

    @Test
    void breakersThatAreMadeLater_haveMetersToo() {
        new CircuitBreakerMetrics(breakers).bindTo(registry);

        breakers.get("mail", CONFIG);

        assertThat(state("mail", "closed")).isEqualTo(1);
    }

    @Test
    void everyMeter_hasADescription() {
        new CircuitBreakerMetrics(breakers).bindTo(registry);
        breakers.get("database", CONFIG);

        assertThat(registry.getMeters())
                .hasSize(3 + 3 + 1 + 1)
                .extracting(Meter::getId)
                .allSatisfy(id -> assertThat(id.getDescription()).isNotBlank());
    }
}
