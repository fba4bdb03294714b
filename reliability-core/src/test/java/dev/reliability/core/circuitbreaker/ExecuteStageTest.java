package dev.reliability.core.circuitbreaker;

import static dev.reliability.core.circuitbreaker.State.CLOSED;
import static dev.reliability.core.circuitbreaker.State.HALF_OPEN;
import static dev.reliability.core.circuitbreaker.State.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.core.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Asynchronous calls; the breaker is half-open with one probe, so that a leaked permit would show. */
class ExecuteStageTest {
    private final ManualTime time = new ManualTime();
    private final CircuitBreaker breaker =
            CircuitBreaker.of("database", CircuitBreakerConfig.consecutive(1, Duration.ofSeconds(30)), time);
    private final CompletableFuture<String> dependency = new CompletableFuture<>();

    @BeforeEach
    void halfOpen() {
        breaker.acquire().onFailure(new IOException("connection refused"));
        breaker.tryHalfOpen();
    }

    @Test
    void the_permit_is_held_until_the_stage_completes_and_its_value_is_a_success() {
        CompletableFuture<String> result = breaker.executeStage(() -> dependency);
        assertThat(breaker.tryAcquire()).isNull();
        dependency.complete("rows");
        assertThat(result).isCompletedWithValue("rows");
        assertThat(breaker.state()).isEqualTo(CLOSED);
    }

    @Test
    void a_stage_that_fails_is_a_failure() {
        CompletableFuture<String> result = breaker.executeStage(() -> dependency);
        dependency.completeExceptionally(new IOException("reset"));
        assertThat(result).isCompletedExceptionally();
        assertThat(breaker.state()).isEqualTo(OPEN);
    }

    @Test
    void a_dependent_stage_wraps_its_failure_and_the_cause_is_what_counts() {
        CompletionStage<String> dependent = dependency.thenApply(value -> value);
        var unused = breaker.executeStage(() -> dependent);
        dependency.completeExceptionally(new OutOfMemoryError("of this process"));
        assertThat(breaker.state()).isEqualTo(HALF_OPEN);
        assertThat(breaker.tryAcquire()).isNotNull();
    }

    @Test
    void who_waits_for_the_result_finds_it_counted() {
        CompletableFuture<State> seen = breaker.executeStage(() -> dependency).thenApply(value -> breaker.state());
        dependency.complete("rows");
        assertThat(seen).isCompletedWithValue(CLOSED);
    }

    @Test
    void a_rejected_call_is_not_made_and_its_stage_has_already_failed() {
        Permit probe = breaker.acquire();
        CompletableFuture<String> result = breaker.executeStage(() -> {
            throw new AssertionError("made");
        });
        assertThat(result)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(CircuitBreakerOpenException.class);
        probe.close();
    }

    @Test
    void what_the_call_itself_throws_fails_the_stage() {
        IllegalStateException failure = new IllegalStateException("pool is closed");
        CompletableFuture<String> result = breaker.executeStage(() -> {
            throw failure;
        });
        assertThat(result).failsWithin(Duration.ZERO).withThrowableThat().withCause(failure);
        assertThat(breaker.state()).isEqualTo(OPEN);
    }

    @Test
    void an_error_of_the_call_itself_gives_the_permit_back() {
        CompletableFuture<String> result = breaker.executeStage(() -> {
            throw new NoClassDefFoundError("Driver");
        });
        assertThat(result).isCompletedExceptionally();
        assertThat(breaker.state()).isEqualTo(HALF_OPEN);
        assertThat(breaker.tryAcquire()).isNotNull();
    }

    @Test
    void cancelling_the_returned_stage_gives_the_permit_back_and_leaves_the_dependency_alone() {
        CompletableFuture<String> result = breaker.executeStage(() -> dependency);
        result.cancel(true);
        assertThat(breaker.state()).isEqualTo(HALF_OPEN);
        assertThat(breaker.snapshot().inFlight()).isZero();
        assertThat(dependency).isNotDone();

        Permit next = breaker.acquire();
        dependency.completeExceptionally(new IOException("late"));
        assertThat(breaker.state()).as("it was given back already").isEqualTo(HALF_OPEN);
        assertThat(breaker.tryAcquire()).isNull();
        next.close();
    }

    @Test
    void a_timeout_that_the_caller_sets_is_a_failure() {
        CompletableFuture<String> result = breaker.executeStage(() -> dependency);
        result.completeExceptionally(new TimeoutException()); // as orTimeout does
        assertThat(breaker.state()).isEqualTo(OPEN);
        dependency.complete("late");
        assertThat(breaker.state()).isEqualTo(OPEN);
    }

    @Test
    void a_cancelled_dependency_gives_the_permit_back() {
        CompletableFuture<String> result = breaker.executeStage(() -> dependency);
        dependency.cancel(true);
        assertThat(result).isCancelled();
        assertThat(breaker.state()).isEqualTo(HALF_OPEN);
        assertThat(breaker.tryAcquire()).isNotNull();
    }
}
