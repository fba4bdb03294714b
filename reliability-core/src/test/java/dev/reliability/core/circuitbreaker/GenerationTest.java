package dev.reliability.core.circuitbreaker;

import static dev.reliability.core.circuitbreaker.State.CLOSED;
import static dev.reliability.core.circuitbreaker.State.HALF_OPEN;
import static dev.reliability.core.circuitbreaker.State.OPEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.reliability.core.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A permit counts once, and only in the state in which it was given. */
class GenerationTest {
    private static final Duration OPEN_FOR = Duration.ofSeconds(30);
    private static final IOException FAILURE = new IOException("connection refused");

    private final ManualTime time = new ManualTime();
    private final CircuitBreaker breaker =
            CircuitBreaker.of("database", CircuitBreakerConfig.consecutive(2, OPEN_FOR), time);

    @Test
    void only_the_first_closing_of_a_permit_counts() {
        Permit permit = breaker.acquire();
        permit.onFailure(FAILURE);
        permit.onFailure(FAILURE);
        permit.onSuccess();
        permit.close();
        Snapshot snapshot = breaker.snapshot();
        assertThat(snapshot.state()).isEqualTo(CLOSED);
        assertThat(snapshot.consecutiveFailures()).isEqualTo(1);
        assertThat(snapshot.failures()).isEqualTo(1);
        assertThat(snapshot.successes()).isZero();
        assertThat(snapshot.inFlight()).isZero();
    }

    @Test
    void closing_a_probe_twice_gives_back_one_permit() {
        open();
        breaker.tryHalfOpen();
        Permit probe = breaker.acquire();
        probe.close();
        probe.close();
        assertThat(breaker.tryAcquire()).isNotNull();
        assertThat(breaker.tryAcquire()).isNull();
    }

    @Test
    void a_failure_without_an_exception_is_refused_and_leaves_the_permit_open() {
        Permit permit = breaker.acquire();
        assertThatNullPointerException().isThrownBy(() -> permit.onFailure(null));
        permit.onSuccess();
        assertThat(breaker.snapshot().successes()).isEqualTo(1);
    }

    @Test
    void a_success_from_before_it_opened_does_not_close_it() {
        Permit early = breaker.acquire();
        open();
        early.onSuccess();
        assertThat(breaker.state()).isEqualTo(OPEN);

        Permit beforeProbe = halfOpenWithPermitOfClosedState();
        beforeProbe.onSuccess();
        assertThat(breaker.state()).isEqualTo(HALF_OPEN);
    }

    @Test
    void a_failure_from_before_it_opened_does_not_end_the_half_open_state() {
        Permit early = halfOpenWithPermitOfClosedState();
        early.onFailure(FAILURE);
        assertThat(breaker.state()).isEqualTo(HALF_OPEN);
    }

    @Test
    void permits_of_earlier_states_that_are_given_back_do_not_become_probes() {
        Permit first = breaker.acquire();
        Permit second = breaker.acquire();
        open();
        time.advance(OPEN_FOR);
        Permit probe = breaker.acquire();
        first.close();
        second.onFailure(new InterruptedException());
        assertThat(breaker.tryAcquire()).as("the one probe is still out").isNull();
        probe.close();
        assertThat(breaker.tryAcquire()).isNotNull();
    }

    @Test
    void a_failure_from_before_it_opened_does_not_count_after_it_closed() {
        Permit early = breaker.acquire();
        open();
        breaker.tryHalfOpen();
        breaker.acquire().onSuccess();
        assertThat(breaker.state()).isEqualTo(CLOSED);
        early.onFailure(FAILURE);
        assertThat(breaker.snapshot().consecutiveFailures()).isZero();
    }

    @Test
    void a_second_probe_that_fails_after_the_first_closed_it_counts_nothing() {
        CircuitBreaker two = CircuitBreaker.of(
                "x", CircuitBreakerConfig.consecutive(1, OPEN_FOR).withHalfOpen(2, 1, Duration.ofSeconds(60)), time);
        two.acquire().onFailure(FAILURE);
        two.tryHalfOpen();
        Permit first = two.acquire();
        Permit second = two.acquire();
        first.onSuccess();
        second.onFailure(FAILURE);
        assertThat(two.state()).isEqualTo(CLOSED);
        assertThat(two.snapshot().failures()).isEqualTo(2);
    }

    @Test
    void results_of_earlier_states_are_in_the_statistics() {
        Permit first = breaker.acquire();
        Permit second = breaker.acquire();
        open();
        assertThat(breaker.snapshot().inFlight()).isEqualTo(2);
        first.onSuccess();
        second.onFailure(FAILURE);
        Snapshot snapshot = breaker.snapshot();
        assertThat(snapshot.successes()).isEqualTo(1);
        assertThat(snapshot.failures()).isEqualTo(3);
        assertThat(snapshot.inFlight()).isZero();
    }

    private void open() {
        breaker.acquire().onFailure(FAILURE);
        breaker.acquire().onFailure(FAILURE);
    }

    private Permit halfOpenWithPermitOfClosedState() {
        while (breaker.state() != CLOSED) {
            breaker.tryHalfOpen();
            breaker.acquire().onSuccess();
        }
        Permit early = breaker.acquire();
        open();
        breaker.tryHalfOpen();
        return early;
    }
}
