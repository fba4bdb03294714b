package dev.reliability.core.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.circuitbreaker.CircuitBreakerConfig;
import dev.reliability.core.circuitbreaker.CircuitBreakers;
import dev.reliability.core.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CircuitBreakersJsonTest {
    private final ManualTime time = new ManualTime();
    private final CircuitBreakers breakers = new CircuitBreakers(time);

    @Test
    void breakers_areListedInTheOrderOfTheirMaking_withCountsThresholdsAndTimes() {
        CircuitBreaker database = breakers.get("database", CircuitBreakerConfig.consecutive(5, Duration.ofSeconds(30)));
        breakers.get("mail", CircuitBreakerConfig.count(100, 10, 0.5, Duration.ofSeconds(90)));
        database.executeSupplier(() -> "works");
        for (int i = 0; i < 6; i++) {
            fail(database);
        }
        time.advance(Duration.ofMillis(700));

        String reason = database.snapshot().reason();
        assertThat(reason).isNotBlank();
        assertThat(CircuitBreakersJson.render(breakers.all()))
                .isEqualTo(Golden.compact("circuit-breakers.json").replace("REASON", reason));
    }

    @Test
    void noBreakers_areAnEmptyList() {
        assertThat(CircuitBreakersJson.render(List.of())).isEqualTo("{\"count\":0,\"circuit_breakers\":[]}");
    }

    private static void fail(CircuitBreaker breaker) {
        Throwable unused = catchThrowable(() -> breaker.execute(() -> {
            throw new IOException("down");
        }));
    }
}
