package dev.reliability.core.circuitbreaker;

import static dev.reliability.core.circuitbreaker.State.CLOSED;
import static dev.reliability.core.circuitbreaker.State.HALF_OPEN;
import static dev.reliability.core.circuitbreaker.State.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.core.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReconfigureTest {
    private static final Duration OPEN_FOR = Duration.ofSeconds(30);

    private final ManualTime time = new ManualTime();
    private final CircuitBreaker breaker =
            CircuitBreaker.of("database", CircuitBreakerConfig.consecutive(5, OPEN_FOR), time);

    @Test
    void failures_in_a_row_are_kept_and_the_next_one_is_held_against_the_new_limit() {
        fail(4);
        breaker.reconfigure(CircuitBreakerConfig.consecutive(3, OPEN_FOR));
        assertThat(breaker.state()).isEqualTo(CLOSED);
        assertThat(breaker.snapshot().consecutiveFailures()).isEqualTo(4);
        fail(1);
        assertThat(breaker.state()).isEqualTo(OPEN);
        assertThat(breaker.snapshot().reason()).isEqualTo("5 failures in a row, the limit is 3");
    }

    @Test
    void a_higher_limit_gives_more_room() {
        fail(4);
        breaker.reconfigure(CircuitBreakerConfig.consecutive(7, OPEN_FOR));
        fail(2);
        assertThat(breaker.state()).isEqualTo(CLOSED);
        fail(1);
        assertThat(breaker.state()).isEqualTo(OPEN);
    }

    @Test
    void a_window_of_another_kind_begins_empty() {
        fail(4);
        breaker.reconfigure(CircuitBreakerConfig.count(10, 5, 0.5, OPEN_FOR));
        assertThat(breaker.snapshot().windowCalls()).isZero();
        fail(4);
        breaker.reconfigure(CircuitBreakerConfig.consecutive(5, OPEN_FOR));
        assertThat(breaker.snapshot().consecutiveFailures()).isZero();
        assertThat(breaker.state()).isEqualTo(CLOSED);
    }

    @Test
    void the_open_duration_counts_from_the_moment_of_opening() {
        fail(5);
        time.advance(Duration.ofSeconds(10));
        breaker.reconfigure(CircuitBreakerConfig.consecutive(5, Duration.ofSeconds(11)));
        assertThat(breaker.state()).isEqualTo(OPEN);
        assertThat(breaker.snapshot().retryAfter()).isEqualTo(Duration.ofSeconds(1));
        time.advance(Duration.ofSeconds(1));
        assertThat(breaker.tryAcquire()).isNotNull();
    }

    @Test
    void probes_in_flight_are_kept_and_counted_by_the_new_rules() {
        fail(5);
        breaker.tryHalfOpen();
        Permit first = breaker.acquire();
        breaker.reconfigure(CircuitBreakerConfig.consecutive(5, OPEN_FOR).withHalfOpen(2, 2, OPEN_FOR));
        Permit second = breaker.acquire();
        assertThat(breaker.tryAcquire()).isNull();
        first.onSuccess();
        assertThat(breaker.state()).isEqualTo(HALF_OPEN);
        second.onSuccess();
        assertThat(breaker.state()).isEqualTo(CLOSED);
    }

    @Test
    void with_fewer_permits_no_probe_passes_until_enough_have_ended() {
        breaker.reconfigure(CircuitBreakerConfig.consecutive(5, OPEN_FOR).withHalfOpen(3, 9, OPEN_FOR));
        fail(5);
        breaker.tryHalfOpen();
        Permit first = breaker.acquire();
        Permit second = breaker.acquire();
        breaker.reconfigure(CircuitBreakerConfig.consecutive(5, OPEN_FOR).withHalfOpen(1, 9, OPEN_FOR));
        first.close();
        assertThat(breaker.tryAcquire()).isNull();
        second.close();
        assertThat(breaker.tryAcquire()).isNotNull();
    }

    @Test
    void calls_in_flight_are_counted_by_the_new_rule_for_failures() {
        Permit permit = breaker.acquire();
        breaker.reconfigure(
                CircuitBreakerConfig.consecutive(1, OPEN_FOR).countingOnly(e -> e instanceof RuntimeException));
        permit.onFailure(new IOException("not counted any more"));
        assertThat(breaker.state()).isEqualTo(CLOSED);
        assertThat(breaker.snapshot().failures()).isZero();
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            breaker.acquire().onFailure(new IOException("connection refused"));
        }
    }
}
