package dev.reliability.core.circuitbreaker;

import static dev.reliability.core.circuitbreaker.State.CLOSED;
import static dev.reliability.core.circuitbreaker.State.HALF_OPEN;
import static dev.reliability.core.circuitbreaker.State.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.core.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TransitionListenerTest {
    private final ManualTime time = new ManualTime();
    private final CircuitBreaker breaker =
            CircuitBreaker.of("database", CircuitBreakerConfig.consecutive(1, Duration.ofSeconds(30)), time);
    private final List<Transition> seen = new ArrayList<>();

    @Test
    void each_transition_is_told_once_with_what_decided_and_when() {
        breaker.onTransition(seen::add);
        fail();
        time.advance(Duration.ofSeconds(30));
        succeed();
        Instant start = Instant.parse("2026-01-03T14:00:00Z");
        Instant later = start.plusSeconds(30);
        assertThat(seen)
                .containsExactly(
                        new Transition("database", CLOSED, OPEN, "1 failures in a row, the limit is 1", start),
                        new Transition("database", OPEN, HALF_OPEN, "open for 30 s, the next call is a probe", later),
                        new Transition("database", HALF_OPEN, CLOSED, "a probe succeeded", later));
    }

    @Test
    void what_is_no_transition_is_not_told() {
        breaker.onTransition(seen::add);
        succeed();
        breaker.acquire().close();
        breaker.tryHalfOpen();
        breaker.reconfigure(CircuitBreakerConfig.consecutive(2, Duration.ofSeconds(1)));
        assertThat(seen).isEmpty();

        fail();
        fail();
        breaker.tryHalfOpen();
        breaker.acquire();
        seen.clear();
        time.advance(Duration.ofSeconds(60));
        breaker.acquire();
        assertThat(seen).as("a lost probe is replaced").isEmpty();
    }

    @Test
    void listeners_are_told_in_the_order_in_which_they_came() {
        List<String> order = new ArrayList<>();
        breaker.onTransition(transition -> order.add("first"));
        breaker.onTransition(transition -> order.add("second"));
        fail();
        assertThat(order).containsExactly("first", "second");
    }

    @Test
    void a_removed_listener_is_told_nothing_more_even_in_the_middle_of_a_transition() {
        List<CircuitBreaker.Registration> later = new ArrayList<>();
        breaker.onTransition(transition -> later.forEach(CircuitBreaker.Registration::close));
        CircuitBreaker.Registration registration = breaker.onTransition(seen::add);
        later.add(registration);
        fail();
        assertThat(seen).isEmpty();
        registration.close();
    }

    @Test
    void a_listener_that_is_there_twice_is_told_twice_and_removed_one_by_one() {
        AtomicInteger calls = new AtomicInteger();
        Consumer<Transition> listener = transition -> calls.incrementAndGet();
        breaker.onTransition(listener);
        CircuitBreaker.Registration second = breaker.onTransition(listener);
        fail();
        assertThat(calls).hasValue(2);
        second.close();
        second.close();
        breaker.tryHalfOpen();
        assertThat(calls).hasValue(3);
    }

    @Test
    void a_listener_may_call_the_breaker_and_the_transitions_that_it_causes_are_told_after() {
        breaker.onTransition(transition -> {
            if (transition.to() == OPEN) {
                breaker.tryHalfOpen();
                succeed();
            }
        });
        breaker.onTransition(seen::add);
        fail();
        assertThat(breaker.state()).isEqualTo(CLOSED);
        assertThat(seen).extracting(Transition::to).containsExactly(OPEN, HALF_OPEN, CLOSED);
    }

    @Test
    void what_a_listener_throws_goes_to_the_uncaught_exception_handler_and_disturbs_nobody() throws Exception {
        breaker.onTransition(transition -> {
            throw new IllegalStateException("listener");
        });
        breaker.onTransition(transition -> {
            throw new StackOverflowError("listener");
        });
        breaker.onTransition(seen::add);
        List<String> reported = Collections.synchronizedList(new ArrayList<>());
        Thread caller = new Thread(
                () -> {
                    fail();
                    breaker.tryHalfOpen();
                },
                "caller");
        caller.setUncaughtExceptionHandler((thread, failure) -> {
            reported.add(thread.getName() + ": " + failure);
            throw new IllegalStateException("handler");
        });
        caller.start();
        caller.join();
        String first = "caller: java.lang.IllegalStateException: listener";
        String second = "caller: java.lang.StackOverflowError: listener";
        assertThat(reported).containsExactly(first, second, first, second);
        assertThat(seen).extracting(Transition::to).containsExactly(OPEN, HALF_OPEN);
    }

    @Test
    void while_a_listener_works_other_threads_go_on_and_it_is_told_of_their_transitions_after() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        breaker.onTransition(transition -> {
            seen.add(transition);
            working.countDown();
            await(goOn);
        });
        Thread caller = new Thread(this::fail, "caller");
        caller.start();
        await(working);
        breaker.tryHalfOpen();
        succeed();
        assertThat(breaker.state()).isEqualTo(CLOSED);
        goOn.countDown();
        caller.join();
        assertThat(seen).extracting(Transition::to).containsExactly(OPEN, HALF_OPEN, CLOSED);
    }

    @Test
    void under_many_threads_transitions_come_in_order_and_never_two_at_a_time() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        breaker.onTransition(transition -> {
            if (inside.incrementAndGet() != 1) {
                overlaps.incrementAndGet();
            }
            seen.add(transition);
            inside.decrementAndGet();
        });
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                boolean works = i % 2 == 0;
                ends.add(threads.submit(() -> {
                    for (int n = 0; n < 5_000; n++) {
                        Permit permit = breaker.tryAcquire();
                        if (permit == null) {
                            breaker.tryHalfOpen();
                        } else if (works) {
                            permit.onSuccess();
                        } else {
                            permit.onFailure(new IOException("down"));
                        }
                    }
                }));
            }
            for (Future<?> end : ends) {
                end.get(30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(overlaps).hasValue(0);
        assertThat(seen).hasSizeGreaterThan(10);
        State state = CLOSED;
        for (Transition transition : seen) {
            assertThat(transition.from()).isEqualTo(state);
            state = transition.to();
        }
        assertThat(state).isEqualTo(breaker.state());
    }

    private void fail() {
        breaker.acquire().onFailure(new IOException("connection refused"));
    }

    private void succeed() {
        breaker.acquire().onSuccess();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
