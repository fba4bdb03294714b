package dev.reliability.core.circuitbreaker;

import static dev.reliability.core.circuitbreaker.State.CLOSED;
import static dev.reliability.core.circuitbreaker.State.HALF_OPEN;
import static dev.reliability.core.circuitbreaker.State.OPEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reliability.core.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The states and what moves a breaker from one to the next, in virtual time. */
class StateMachineTest {
    private static final Duration OPEN_FOR = Duration.ofSeconds(30);
    private static final Duration MAX_WAIT = Duration.ofSeconds(60);
    private static final Duration A_NANOSECOND = Duration.ofNanos(1);

    private final ManualTime time = new ManualTime();
    private CircuitBreaker breaker = CircuitBreaker.of("database", CircuitBreakerConfig.consecutive(3, OPEN_FOR), time);

    @Nested
    class Closed {
        @Test
        void it_begins_closed_and_lets_all_calls_pass() {
            Permit first = probe();
            Permit second = probe();
            assertThat(breaker.state()).isEqualTo(CLOSED);
            assertThat(breaker.snapshot().inFlight()).isEqualTo(2);
            first.onSuccess();
            second.onSuccess();
            assertThat(breaker.snapshot().inFlight()).isZero();
        }

        @Test
        void as_many_failures_in_a_row_as_the_limit_open_it_and_one_less_does_not() {
            fail(2);
            assertThat(breaker.state()).isEqualTo(CLOSED);
            assertThat(breaker.snapshot().consecutiveFailures()).isEqualTo(2);
            fail(1);
            assertThat(breaker.state()).isEqualTo(OPEN);
            assertThat(breaker.snapshot().reason()).isEqualTo("3 failures in a row, the limit is 3");
        }

        @Test
        void a_success_in_between_begins_the_row_again() {
            fail(2);
            succeed();
            fail(2);
            assertThat(breaker.state()).isEqualTo(CLOSED);
            fail(1);
            assertThat(breaker.state()).isEqualTo(OPEN);
        }

        @Test
        void a_limit_of_one_opens_at_the_first_failure() {
            breaker = CircuitBreaker.of("x", CircuitBreakerConfig.consecutive(1, OPEN_FOR), time);
            fail(1);
            assertThat(breaker.state()).isEqualTo(OPEN);
        }

        @Test
        void a_permit_given_back_is_neither_success_nor_failure() {
            fail(2);
            probe().close();
            assertThat(breaker.snapshot().consecutiveFailures()).isEqualTo(2);
            fail(1);
            assertThat(breaker.state()).isEqualTo(OPEN);
        }
    }

    @Nested
    class CountWindows {
        @Test
        void it_opens_when_the_rate_of_failures_is_reached() {
            breaker = CircuitBreaker.of("x", CircuitBreakerConfig.count(10, 4, 0.5, OPEN_FOR), time);
            succeed();
            succeed();
            fail(1);
            assertThat(breaker.state()).as("1 of 3, and too few calls").isEqualTo(CLOSED);
            fail(1);
            assertThat(breaker.state()).as("2 of 4").isEqualTo(OPEN);
            assertThat(breaker.snapshot().reason()).isEqualTo("2 of the last 4 calls failed, the limit is 50 %");
        }

        @Test
        void it_does_not_open_before_there_are_enough_calls_and_then_does_even_by_a_success() {
            breaker = CircuitBreaker.of("x", CircuitBreakerConfig.count(10, 4, 0.5, OPEN_FOR), time);
            fail(3);
            assertThat(breaker.state()).isEqualTo(CLOSED);
            succeed();
            assertThat(breaker.state()).as("3 of 4 calls have failed").isEqualTo(OPEN);
        }

        @Test
        void results_older_than_the_window_are_forgotten() {
            breaker = CircuitBreaker.of("x", CircuitBreakerConfig.count(4, 4, 0.5, OPEN_FOR), time);
            fail(1);
            for (int i = 0; i < 4; i++) {
                succeed();
            }
            fail(1);
            assertThat(breaker.state()).as("1 of the last 4").isEqualTo(CLOSED);
            fail(1);
            assertThat(breaker.state()).as("2 of the last 4").isEqualTo(OPEN);
        }

        @Test
        void after_it_closed_the_window_is_empty() {
            breaker = CircuitBreaker.of("x", CircuitBreakerConfig.count(4, 2, 0.5, OPEN_FOR), time);
            fail(2);
            time.advance(OPEN_FOR);
            succeed();
            assertThat(breaker.state()).isEqualTo(CLOSED);
            assertThat(breaker.snapshot().windowCalls()).isZero();
            fail(1);
            assertThat(breaker.state()).as("1 call is too few").isEqualTo(CLOSED);
        }
    }

    @Nested
    class Open {
        @Test
        void calls_are_rejected_and_not_made() {
            open();
            assertThatExceptionOfType(CircuitBreakerOpenException.class)
                    .isThrownBy(() -> breaker.execute(() -> {
                        throw new AssertionError("made");
                    }))
                    .satisfies(rejection -> {
                        assertThat(rejection.name()).isEqualTo("database");
                        assertThat(rejection.retryAfter()).isEqualTo(OPEN_FOR);
                        assertThat(rejection).hasMessageContaining("'database'");
                    });
            assertThat(breaker.tryAcquire()).isNull();
            assertThat(breaker.snapshot().rejected()).isEqualTo(2);
        }

        @Test
        void a_nanosecond_before_the_deadline_calls_are_rejected_and_exactly_at_it_one_passes() {
            open();
            time.advance(OPEN_FOR.minus(A_NANOSECOND));
            assertThat(breaker.tryAcquire()).isNull();
            assertThat(breaker.snapshot().retryAfter()).isEqualTo(A_NANOSECOND);
            time.advance(A_NANOSECOND);
            assertThat(breaker.snapshot().retryAfter()).isZero();
            assertThat(breaker.tryAcquire()).isNotNull();
        }

        @Test
        void a_deadline_far_ahead_is_kept_to_the_nanosecond_too() {
            Duration longest = Duration.ofDays(365);
            breaker = CircuitBreaker.of("x", CircuitBreakerConfig.consecutive(1, longest), time);
            fail(1);
            time.advance(longest.minus(A_NANOSECOND));
            assertThat(breaker.tryAcquire()).isNull();
            time.advance(A_NANOSECOND);
            assertThat(breaker.tryAcquire()).isNotNull();
        }

        @Test
        void setting_the_wall_clock_changes_nothing() {
            open();
            time.jumpWallClock(Duration.ofDays(1000));
            assertThat(breaker.tryAcquire()).isNull();
            time.jumpWallClock(Duration.ofDays(-2000));
            time.advance(OPEN_FOR);
            assertThat(breaker.tryAcquire()).isNotNull();
        }

        @Test
        void it_stays_open_after_the_deadline_until_a_call_comes() {
            open();
            time.advance(OPEN_FOR.multipliedBy(10));
            assertThat(breaker.state()).isEqualTo(OPEN);
            assertThat(breaker.snapshot().state()).isEqualTo(OPEN);
            probe();
            assertThat(breaker.state()).isEqualTo(HALF_OPEN);
        }

        @Test
        void it_is_seen_with_the_counts_that_opened_it() {
            open();
            Snapshot snapshot = breaker.snapshot();
            assertThat(snapshot.consecutiveFailures()).isEqualTo(3);
            assertThat(snapshot.windowCalls()).isEqualTo(3);
            assertThat(snapshot.windowFailures()).isEqualTo(3);
            assertThat(snapshot.lastTransition()).isEqualTo(Instant.parse("2026-01-03T14:00:00Z"));
        }
    }

    @Nested
    class HalfOpen {
        @Test
        void one_probe_at_a_time_passes_by_default() {
            halfOpen(1, 1);
            Permit probe = probe();
            assertThat(breaker.tryAcquire()).isNull();
            probe.close();
            assertThat(breaker.tryAcquire()).isNotNull();
        }

        @Test
        void as_many_probes_as_configured_pass_at_a_time() {
            halfOpen(3, 5);
            Permit first = probe();
            probe();
            probe();
            assertThat(breaker.tryAcquire()).isNull();
            first.onSuccess();
            probe();
            assertThat(breaker.tryAcquire()).isNull();
        }

        @Test
        void the_call_that_ends_the_open_state_is_a_probe_itself() {
            open();
            time.advance(OPEN_FOR);
            probe();
            assertThat(breaker.tryAcquire()).isNull();
        }

        @Test
        void a_successful_probe_closes_it() {
            halfOpen(1, 1);
            succeed();
            assertThat(breaker.state()).isEqualTo(CLOSED);
            assertThat(breaker.snapshot().reason()).isEqualTo("a probe succeeded");
            assertThat(breaker.snapshot().consecutiveFailures()).isZero();
        }

        @Test
        void it_closes_only_after_as_many_successes_as_configured() {
            halfOpen(1, 3);
            succeed();
            succeed();
            assertThat(breaker.state()).isEqualTo(HALF_OPEN);
            succeed();
            assertThat(breaker.state()).isEqualTo(CLOSED);
            assertThat(breaker.snapshot().reason()).isEqualTo("3 probes succeeded");
        }

        @Test
        void a_failed_probe_opens_it_again_for_the_whole_open_duration() {
            halfOpen(1, 1);
            time.advance(Duration.ofSeconds(7));
            fail(1);
            assertThat(breaker.state()).isEqualTo(OPEN);
            assertThat(breaker.snapshot().reason()).isEqualTo("a probe failed: java.io.IOException");
            assertThat(breaker.snapshot().retryAfter()).isEqualTo(OPEN_FOR);
            time.advance(OPEN_FOR.minus(A_NANOSECOND));
            assertThat(breaker.tryAcquire()).isNull();
        }

        @Test
        void successes_before_a_failure_do_not_count_after_it() {
            halfOpen(1, 2);
            succeed();
            fail(1);
            time.advance(OPEN_FOR);
            succeed();
            assertThat(breaker.state()).isEqualTo(HALF_OPEN);
        }

        @Test
        void it_can_not_stick_on_a_probe_that_never_ends() {
            halfOpen(1, 1);
            probe();
            time.advance(MAX_WAIT.minus(A_NANOSECOND));
            assertThat(breaker.tryAcquire()).isNull();
            time.advance(A_NANOSECOND);
            probe().onSuccess();
            assertThat(breaker.state()).isEqualTo(CLOSED);
        }

        @Test
        void the_wait_begins_with_the_newest_probe() {
            halfOpen(2, 5);
            probe();
            time.advance(MAX_WAIT.minusSeconds(1));
            probe();
            time.advance(MAX_WAIT.minusSeconds(1));
            assertThat(breaker.tryAcquire()).isNull();
            time.advance(Duration.ofSeconds(1));
            assertThat(breaker.tryAcquire()).isNotNull();
        }

        @Test
        void taking_probes_for_lost_lets_only_as_many_new_ones_pass_as_configured() {
            halfOpen(2, 5);
            probe();
            probe();
            time.advance(MAX_WAIT);
            probe();
            probe();
            assertThat(breaker.tryAcquire()).isNull();
        }

        @Test
        void successes_stay_when_other_probes_are_taken_for_lost() {
            halfOpen(1, 2);
            succeed();
            probe();
            time.advance(MAX_WAIT);
            succeed();
            assertThat(breaker.state()).isEqualTo(CLOSED);
        }

        @Test
        void a_lost_probe_that_tells_after_all_decides_nothing() {
            halfOpen(1, 1);
            Permit lost = probe();
            time.advance(MAX_WAIT);
            Permit other = probe();
            lost.onFailure(new IOException("late"));
            assertThat(breaker.state()).isEqualTo(HALF_OPEN);
            assertThat(breaker.tryAcquire()).as("no permit came back").isNull();
            other.onSuccess();
            assertThat(breaker.state()).isEqualTo(CLOSED);
            assertThat(breaker.snapshot().consecutiveFailures()).isZero();
        }
    }

    @Nested
    class TryHalfOpen {
        @Test
        void an_open_breaker_is_half_open_at_once_and_the_next_calls_are_probes() {
            open();
            assertThat(breaker.tryHalfOpen()).isTrue();
            assertThat(breaker.state()).isEqualTo(HALF_OPEN);
            probe();
            assertThat(breaker.tryAcquire()).isNull();
        }

        @Test
        void in_any_other_state_it_changes_nothing() {
            fail(2);
            assertThat(breaker.tryHalfOpen()).isFalse();
            fail(1);
            assertThat(breaker.tryHalfOpen()).isTrue();
            Permit probe = probe();
            assertThat(breaker.tryHalfOpen()).isFalse();
            assertThat(breaker.tryAcquire()).isNull();
            probe.onSuccess();
            assertThat(breaker.tryHalfOpen()).isFalse();
            assertThat(breaker.state()).isEqualTo(CLOSED);
        }

        @Test
        void if_the_signal_was_wrong_the_first_probe_opens_it_again() {
            open();
            breaker.tryHalfOpen();
            fail(1);
            assertThat(breaker.state()).isEqualTo(OPEN);
            assertThat(breaker.snapshot().retryAfter()).isEqualTo(OPEN_FOR);
        }
    }

    private Permit probe() {
        return Objects.requireNonNull(breaker.tryAcquire(), "no permit");
    }

    private void succeed() {
        probe().onSuccess();
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            probe().onFailure(new IOException("connection refused"));
        }
    }

    private void open() {
        fail(3);
    }

    private void halfOpen(int permits, int successes) {
        breaker = CircuitBreaker.of(
                "database",
                CircuitBreakerConfig.consecutive(3, OPEN_FOR).withHalfOpen(permits, successes, MAX_WAIT),
                time);
        open();
        breaker.tryHalfOpen();
    }
}
