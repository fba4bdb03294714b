package dev.reliability.core.circuitbreaker;

import static dev.reliability.core.circuitbreaker.State.CLOSED;
import static dev.reliability.core.circuitbreaker.State.HALF_OPEN;
import static dev.reliability.core.circuitbreaker.State.OPEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.core.time.ManualTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The forms of making a call, and which of their ends count. */
class ExecuteTest {
    private final ManualTime time = new ManualTime();
    private final CircuitBreakerConfig config = CircuitBreakerConfig.consecutive(1, Duration.ofSeconds(30));
    private final CircuitBreaker breaker = CircuitBreaker.of("database", config, time);

    @Test
    void a_result_is_given_through_and_is_a_success() throws Exception {
        assertThat(breaker.execute(() -> 42)).isEqualTo(42);
        assertThat(breaker.executeSupplier(() -> "text")).isEqualTo("text");
        breaker.execute(() -> {});
        assertThat(breaker.snapshot().successes()).isEqualTo(3);
        assertThat(breaker.snapshot().inFlight()).isZero();
    }

    @Test
    void null_is_a_result() throws Exception {
        assertThat(breaker.<Object>execute(() -> null)).isNull();
        assertThat(breaker.snapshot().successes()).isEqualTo(1);
    }

    @Test
    void an_exception_is_given_through_as_it_is_and_is_a_failure() {
        IOException failure = new IOException("connection refused");
        assertThatThrownBy(() -> breaker.execute(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(breaker.state()).isEqualTo(OPEN);
    }

    @Test
    void an_exception_of_a_supplier_is_a_failure() {
        assertThatThrownBy(() -> breaker.executeSupplier(() -> {
                    throw new IllegalStateException("down");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(breaker.state()).isEqualTo(OPEN);
    }

    @Test
    void every_rejection_is_the_same_exception_without_stack_trace_or_room_for_others() {
        open();
        Throwable first = catchThrowable(() -> breaker.execute(() -> 1));
        Throwable second = catchThrowable(() -> breaker.executeSupplier(() -> 1));
        Throwable third = catchThrowable(breaker::acquire);
        assertThat(first).isInstanceOf(CircuitBreakerOpenException.class);
        assertThat(second).isSameAs(first);
        assertThat(third).isSameAs(first);
        assertThat(first.getStackTrace()).isEmpty();
        first.addSuppressed(new IOException("of one call"));
        assertThat(first.getSuppressed()).isEmpty();
        assertThatThrownBy(() -> first.initCause(new IOException("of one call")))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_rejection_tells_how_long_it_will_be_so_by_now() {
        open();
        CircuitBreakerOpenException rejection =
                (CircuitBreakerOpenException) catchThrowable(() -> breaker.execute(() -> 1));
        time.advance(Duration.ofSeconds(10));
        assertThat(rejection.retryAfter()).isEqualTo(Duration.ofSeconds(20));
        time.advance(Duration.ofSeconds(50));
        assertThat(rejection.retryAfter()).isZero();
    }

    @Test
    void a_rejection_can_be_sent_to_another_process() throws Exception {
        open();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(catchThrowable(breaker::acquire));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            CircuitBreakerOpenException received = (CircuitBreakerOpenException) in.readObject();
            assertThat(received.name()).isEqualTo("database");
            assertThat(received.retryAfter()).isZero();
        }
    }

    static Stream<Throwable> saysNothingOfTheDependency() {
        return Stream.of(
                new OutOfMemoryError("of this process"),
                new StackOverflowError(),
                new NoClassDefFoundError("Driver"),
                new AssertionError(),
                new InterruptedException(),
                new ClosedByInterruptException(),
                new CancellationException(),
                new CompletionException(new InterruptedException()),
                new ExecutionException(new CompletionException(new CancellationException())));
    }

    @ParameterizedTest
    @MethodSource("saysNothingOfTheDependency")
    void what_says_nothing_of_the_dependency_gives_the_permit_back_uncounted(Throwable thrown) {
        throwFrom(breaker, thrown);
        assertThat(breaker.state()).isEqualTo(CLOSED);
        assertThat(breaker.snapshot().failures()).isZero();
        assertThat(breaker.snapshot().inFlight()).isZero();
    }

    @ParameterizedTest
    @MethodSource("saysNothingOfTheDependency")
    void a_probe_that_ends_so_does_not_wedge_the_breaker(Throwable thrown) throws Exception {
        open();
        time.advance(Duration.ofSeconds(30));
        throwFrom(breaker, thrown);
        assertThat(breaker.state()).isEqualTo(HALF_OPEN);
        breaker.execute(() -> "the next probe");
        assertThat(breaker.state()).isEqualTo(CLOSED);
    }

    @Test
    void an_interrupted_call_leaves_the_interrupt_flag_as_it_was() throws Exception {
        breaker.execute(() -> Thread.currentThread().interrupt());
        assertThat(Thread.interrupted()).isTrue();
        throwFrom(breaker, new InterruptedException());
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void a_timeout_of_a_socket_is_a_failure_though_its_class_speaks_of_interruption() {
        throwFrom(breaker, new SocketTimeoutException("Read timed out"));
        assertThat(breaker.state()).isEqualTo(OPEN);
    }

    @Test
    void a_rejection_by_itself_inside_a_call_is_no_failure_but_that_of_another_breaker_is() throws Exception {
        open();
        breaker.tryHalfOpen();
        assertThatThrownBy(() -> breaker.execute(() -> breaker.execute(() -> "needs a second permit")))
                .isInstanceOf(CircuitBreakerOpenException.class);
        assertThat(breaker.state()).isEqualTo(HALF_OPEN);

        CircuitBreaker outer = CircuitBreaker.of("outer", config, time);
        Permit probe = breaker.acquire();
        assertThatThrownBy(() -> outer.execute(() -> breaker.execute(() -> "rejected")))
                .isInstanceOf(CircuitBreakerOpenException.class);
        assertThat(outer.state()).isEqualTo(OPEN);
        probe.close();
    }

    @Test
    void exceptions_that_the_configuration_does_not_count_give_the_permit_back() {
        CircuitBreaker picky =
                CircuitBreaker.of("picky", config.countingOnly(failure -> failure instanceof IOException), time);
        throwFrom(picky, new IllegalArgumentException("the caller's mistake"));
        assertThat(picky.state()).isEqualTo(CLOSED);
        assertThat(picky.snapshot().inFlight()).isZero();
        throwFrom(picky, new ExecutionException(new IOException("refused")));
        assertThat(picky.state()).as("the cause is looked at").isEqualTo(OPEN);
    }

    @Test
    void if_the_rule_throws_it_is_a_failure_and_both_exceptions_are_seen() {
        IllegalStateException ofTheRule = new IllegalStateException("rule");
        CircuitBreaker broken = CircuitBreaker.of(
                "broken",
                config.countingOnly(failure -> {
                    throw ofTheRule;
                }),
                time);
        IOException failure = new IOException("refused");
        assertThatThrownBy(() -> broken.execute(() -> sneaky(failure)))
                .isSameAs(failure)
                .hasSuppressedException(ofTheRule);
        assertThat(broken.state()).isEqualTo(OPEN);
    }

    private static void throwFrom(CircuitBreaker breaker, Throwable thrown) {
        assertThatThrownBy(() -> breaker.execute(() -> sneaky(thrown))).isSameAs(thrown);
    }

    private void open() {
        breaker.acquire().onFailure(new IOException("connection refused"));
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> Object sneaky(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
