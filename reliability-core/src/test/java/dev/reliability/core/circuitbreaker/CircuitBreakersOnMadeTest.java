package dev.reliability.core.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.core.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CircuitBreakersOnMadeTest {
    private static final CircuitBreakerConfig CONFIG = CircuitBreakerConfig.consecutive(5, Duration.ofSeconds(30));

    private final CircuitBreakers breakers = new CircuitBreakers(new ManualTime());
    private final List<String> told = new ArrayList<>();

    @Test
    void listener_isToldOfEachBreakerOnce_alsoOfThoseMadeBefore() {
        breakers.get("database", CONFIG);
        breakers.get("storage", CONFIG);

        breakers.onMade(breaker -> told.add(breaker.name()));
        assertThat(told).containsExactly("database", "storage");

        breakers.get("mail", CONFIG);
        breakers.get("mail", CONFIG);
        assertThat(told).containsExactly("database", "storage", "mail");
    }

    @Test
    void closedRegistration_isToldOfNothingMore() {
        breakers.onMade(breaker -> told.add(breaker.name())).close();

        breakers.get("database", CONFIG);

        assertThat(told).isEmpty();
    }
}
