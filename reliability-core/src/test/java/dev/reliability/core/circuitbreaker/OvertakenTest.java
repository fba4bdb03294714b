package dev.reliability.core.circuitbreaker;

import static dev.reliability.core.circuitbreaker.State.HALF_OPEN;
import static dev.reliability.core.circuitbreaker.State.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.core.time.ManualTime;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What happens to a thread that is overtaken between looking at the breaker and changing it. It is overtaken when it
 * looks at the clock, which lies in between, so every run takes exactly this way.
 */
class OvertakenTest {
    private static final Duration OPEN_FOR = Duration.ofSeconds(30);
    private static final IOException FAILURE = new IOException("connection refused");

    private final OvertakingTime time = new OvertakingTime();
    private final CircuitBreaker breaker = CircuitBreaker.of(
            "database", CircuitBreakerConfig.consecutive(1, OPEN_FOR).withHalfOpen(1, 1, Duration.ofSeconds(60)), time);

    @Test
    void a_failure_overtaken_by_opening_and_half_opening_does_not_open_it_again() {
        Permit slow = breaker.acquire();
        Permit fast = breaker.acquire();
        time.atTheNextLook = () -> {
            fast.onFailure(FAILURE);
            breaker.tryHalfOpen();
        };
        slow.onFailure(FAILURE);
        assertThat(breaker.state()).isEqualTo(HALF_OPEN);
    }

    @Test
    void a_successful_probe_overtaken_by_a_failed_one_does_not_close_what_opened_again() {
        breaker.reconfigure(breaker.config().withHalfOpen(2, 1, Duration.ofSeconds(60)));
        breaker.acquire().onFailure(FAILURE);
        breaker.tryHalfOpen();
        Permit slow = breaker.acquire();
        Permit fast = breaker.acquire();
        time.atTheNextLook = () -> {
            fast.onFailure(FAILURE);
            breaker.tryHalfOpen();
        };
        slow.onSuccess();
        assertThat(breaker.state()).isEqualTo(HALF_OPEN);
    }

    @Test
    void of_two_calls_at_the_deadline_one_is_the_probe() {
        breaker.acquire().onFailure(FAILURE);
        time.manual.advance(OPEN_FOR);
        List<@Nullable Permit> fast = new ArrayList<>();
        time.atTheNextLook = () -> fast.add(breaker.tryAcquire());
        Permit slow = breaker.tryAcquire();
        assertThat(fast).doesNotContainNull().hasSize(1);
        assertThat(slow).isNull();
    }

    @Test
    void of_two_calls_that_find_all_probes_lost_one_is_the_next_probe() {
        breaker.acquire().onFailure(FAILURE);
        breaker.tryHalfOpen();
        breaker.acquire();
        time.manual.advance(Duration.ofSeconds(60));
        List<@Nullable Permit> fast = new ArrayList<>();
        time.atTheNextLook = () -> fast.add(breaker.tryAcquire());
        Permit slow = breaker.tryAcquire();
        assertThat(fast).doesNotContainNull().hasSize(1);
        assertThat(slow).isNull();
    }

    @Test
    void of_two_signals_one_is_answered_with_true() {
        breaker.acquire().onFailure(FAILURE);
        List<Boolean> fast = new ArrayList<>();
        time.atTheNextLook = () -> fast.add(breaker.tryHalfOpen());
        assertThat(breaker.tryHalfOpen()).isFalse();
        assertThat(fast).containsExactly(true);
    }

    @Test
    void a_failure_overtaken_by_new_limits_is_held_against_those() {
        breaker.reconfigure(CircuitBreakerConfig.consecutive(2, OPEN_FOR));
        breaker.acquire().onFailure(FAILURE);
        Permit slow = breaker.acquire();
        time.atTheNextLook = () -> breaker.reconfigure(CircuitBreakerConfig.consecutive(3, OPEN_FOR));
        slow.onFailure(FAILURE);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.snapshot().consecutiveFailures()).isEqualTo(2);
        breaker.acquire().onFailure(FAILURE);
        assertThat(breaker.state()).isEqualTo(OPEN);
    }

    /** Does something else, once, before it tells the time. */
    private static final class OvertakingTime implements TimeSource {
        private final ManualTime manual = new ManualTime();
        private @Nullable Runnable atTheNextLook;

        @Override
        public Instant now() {
            overtake();
            return manual.now();
        }

        @Override
        public long nanoTime() {
            overtake();
            return manual.nanoTime();
        }

        private void overtake() {
            Runnable other = atTheNextLook;
            atTheNextLook = null;
            if (other != null) {
                other.run();
            }
        }
    }
}
