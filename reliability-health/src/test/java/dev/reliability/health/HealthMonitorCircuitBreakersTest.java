package dev.reliability.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.circuitbreaker.CircuitBreakerConfig;
import dev.reliability.core.circuitbreaker.CircuitBreakers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class HealthMonitorCircuitBreakersTest {
    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);

    private final HealthMonitor monitor = HealthMonitor.builder().build();

    @RepeatedTest(20)
    void sixtyFourThreads_getTheSameBreaker() throws Exception {
        CyclicBarrier together = new CyclicBarrier(64);
        Set<CircuitBreaker> got = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            Thread thread = new Thread(() -> {
                try {
                    together.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                got.add(monitor.getCircuitBreaker("database", 5, HALF_A_MINUTE));
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(got).hasSize(1);
        assertThat(monitor.circuitBreakers()).containsExactlyElementsOf(got);
    }

    @Test
    void otherParametersForTheSameName_areRejectedWithBothValues() {
        monitor.getCircuitBreaker("database", 5, HALF_A_MINUTE);

        assertThatThrownBy(() -> monitor.getCircuitBreaker("database", 3, Duration.ofSeconds(10)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("database", "5", "30", "3", "10");
    }

    @Test
    void breakerThatWasMadeWithMoreOptions_isFoundByItsThresholds() {
        CircuitBreakers breakers = new CircuitBreakers();
        CircuitBreaker made = breakers.get(
                "database",
                CircuitBreakerConfig.consecutive(5, HALF_A_MINUTE).countingOnly(IOException.class::isInstance));
        HealthMonitor sharing =
                HealthMonitor.builder().circuitBreakers(breakers).build();

        assertThat(sharing.getCircuitBreaker("database", 5, HALF_A_MINUTE)).isSameAs(made);
    }

    @Test
    void impossibleParameters_areRejected() {
        assertThatThrownBy(() -> monitor.getCircuitBreaker("database", 0, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("failures is 0", "openDuration");
        assertThat(monitor.circuitBreakers()).isEmpty();
    }

    @Test
    void breakers_areListedInTheOrderOfTheirMaking() {
        monitor.getCircuitBreaker("storage", 5, HALF_A_MINUTE);
        monitor.getCircuitBreaker("database", 5, HALF_A_MINUTE);

        assertThat(monitor.circuitBreakers()).extracting(CircuitBreaker::name).containsExactly("storage", "database");
    }
}
