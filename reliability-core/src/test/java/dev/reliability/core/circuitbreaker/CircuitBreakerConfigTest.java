package dev.reliability.core.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.reliability.core.circuitbreaker.CircuitBreakerConfig.Window;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CircuitBreakerConfigTest {
    private static final Duration OPEN_FOR = Duration.ofSeconds(30);

    @Test
    void all_faults_are_reported_at_once_each_with_property_value_and_rule() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CircuitBreakerConfig(
                        new Window.Count(0, 5, Double.NaN),
                        Duration.ZERO,
                        0,
                        1_001,
                        Duration.ofDays(366),
                        failure -> true))
                .withMessage("circuit breaker: window.size is 0, must be from 1 to 10000; "
                        + "window.minimumCalls is 5, must be from 1 to 1; "
                        + "window.failureRate is NaN, must be more than 0 and at most 1; "
                        + "openDuration is PT0S, must be more than zero and at most 365 days; "
                        + "halfOpenPermits is 0, must be from 1 to 1000; "
                        + "halfOpenSuccesses is 1001, must be from 1 to 1000; "
                        + "halfOpenMaxWait is PT8784H, must be more than zero and at most 365 days");
    }

    @Test
    void missing_values_are_faults_like_others() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CircuitBreakerConfig(null, null, 1, 1, null, null))
                .withMessage("circuit breaker: window is missing; openDuration is missing; halfOpenMaxWait is missing; "
                        + "countsAsFailure is missing");
    }

    @Test
    void a_failure_limit_is_from_one_to_a_million() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CircuitBreakerConfig.consecutive(0, OPEN_FOR))
                .withMessage("circuit breaker: window.failures is 0, must be from 1 to 1000000");
        CircuitBreakerConfig.consecutive(1, Duration.ofNanos(1));
        CircuitBreakerConfig.consecutive(1_000_000, Duration.ofDays(365));
    }

    @Test
    void the_same_parameters_are_equal() {
        assertThat(CircuitBreakerConfig.consecutive(5, OPEN_FOR))
                .isEqualTo(CircuitBreakerConfig.consecutive(5, Duration.ofMillis(30_000)))
                .isNotEqualTo(CircuitBreakerConfig.consecutive(5, OPEN_FOR).countingOnly(e -> true));
    }

    @Test
    void it_is_shown_as_people_read_it() {
        assertThat(CircuitBreakerConfig.consecutive(5, OPEN_FOR)).hasToString("5 failures in a row, open for 30 s");
        assertThat(CircuitBreakerConfig.count(100, 20, 0.125, Duration.ofMillis(1500))
                        .withHalfOpen(3, 2, Duration.ofMinutes(10)))
                .hasToString(
                        "12.5 % of the last 100 calls, at least 20, open for 1.5 s, closed by 2 successful probes, "
                                + "3 at a time, lost after 600 s");
        assertThat(CircuitBreakerConfig.consecutive(5, OPEN_FOR)
                        .countingOnly(IOException.class::isInstance)
                        .toString())
                .startsWith("5 failures in a row, open for 30 s, counting by ");
    }
}
