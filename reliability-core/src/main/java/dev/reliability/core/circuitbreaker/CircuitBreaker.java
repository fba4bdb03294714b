package dev.reliability.core.circuitbreaker;

import dev.reliability.core.time.TimeSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stops calling a dependency that fails, and lets a few probes find out when it works again.
 *
 * <p>{@link State#CLOSED}: calls pass and their results fill the window of the configuration; when the window says so,
 * it opens. {@link State#OPEN}: calls are rejected with {@link CircuitBreakerOpenException}; the first call at or after
 * the deadline, or {@link #tryHalfOpen()}, moves it on. {@link State#HALF_OPEN}: as many probes as configured pass at a
 * time; enough successes close it, a failure opens it again. A result from an earlier state is counted in the
 * statistics and decides nothing.
 *
 * <p>What counts: a result is a success, an exception a failure if {@link CircuitBreakerConfig#countsAsFailure} says so.
 * All else gives the permit back uncounted: other exceptions, and those that say nothing of the dependency: an {@code
 * Error}, {@code InterruptedException} and {@code ClosedByInterruptException} (the interrupt flag is left as the call
 * left it), {@code CancellationException}, and this breaker's own rejection of a call inside the call.
 *
 * <p>Safe for use by any thread. A call through a closed breaker takes no lock. No thread works in the background: time
 * is looked at when a call comes, and only the monotonic clock, so setting the machine's clock changes nothing.
 *
 * <pre>{@code
 * CircuitBreaker breaker = CircuitBreaker.of("database", CircuitBreakerConfig.consecutive(5, Duration.ofSeconds(30)));
 * List<Row> rows = breaker.execute(() -> query(connection));
 * }</pre>
 */
public interface CircuitBreaker {

    /**
     * A closed breaker on the machine's own clocks.
     *
     * @param name 1 to 64 ASCII letters, digits, {@code _}, {@code .} and {@code -}, the first a letter or a digit
     * @throws IllegalArgumentException if the name is another
     */
    static CircuitBreaker of(String name, CircuitBreakerConfig config) {
        return of(name, config, TimeSource.system());
    }

    /** A closed breaker; as {@link #of(String, CircuitBreakerConfig)}, with its time from this source. */
    static CircuitBreaker of(String name, CircuitBreakerConfig config, TimeSource time) {
        return new DefaultCircuitBreaker(Names.checked(name), config, time);
    }

    /** The name that it was made with. */
    String name();

    /** The configuration in force. */
    CircuitBreakerConfig config();

    /**
     * Makes a call.
     *
     * @throws CircuitBreakerOpenException if it was rejected, and not made
     * @throws Exception what the call threw
     */
    <T extends @Nullable Object> T execute(Callable<T> call) throws Exception;

    /** Makes a call without a result; as {@link #execute(Callable)}. */
    void execute(CheckedRunnable call) throws Exception;

    /** Makes a call that throws no checked exceptions; as {@link #execute(Callable)}. */
    <T extends @Nullable Object> T executeSupplier(Supplier<T> call);

    /**
     * Makes an asynchronous call; its result is the stage's. If it is rejected, the returned stage has already failed
     * with {@link CircuitBreakerOpenException}; what {@code call} itself throws fails the returned stage too. If somebody
     * else is first to complete the returned stage, that is the result: {@code orTimeout} fails the call, and cancelling
     * gives the permit back. The dependency's own stage is left alone in any case.
     */
    <T extends @Nullable Object> CompletableFuture<T> executeStage(Supplier<? extends CompletionStage<T>> call);

    /**
     * Takes a permit, to make the call by other means. The caller closes it.
     *
     * @throws CircuitBreakerOpenException if there is none now
     */
    Permit acquire();

    /** Takes a permit, or null if there is none now. The caller closes it. */
    @Nullable Permit tryAcquire();

    /**
     * Tells an open breaker that its dependency seems to be back: it is half-open now, and the next calls are probes.
     *
     * @return true if it was open; false, with nothing changed, in any other state
     */
    boolean tryHalfOpen();

    /** The state. An open breaker stays open after its deadline until a call comes. */
    State state();

    /** All that is known of it at this moment. Changes nothing. */
    Snapshot snapshot();

    /**
     * Changes the configuration while it runs. State, probes and window are kept: a count window that gets smaller keeps
     * its newest results, a window of another kind begins empty. A new limit is looked at with the next failure, a new
     * open duration at once, counted from the moment of opening. Calls in flight are counted by the new rules.
     */
    void reconfigure(CircuitBreakerConfig config);

    /**
     * Calls the listener once for each transition, in their order, never two at a time, on a thread that happens to
     * use the breaker, outside of any lock: it may call the breaker. It should be quick, as that thread's own call waits
     * for it. What it throws goes to the thread's uncaught exception handler and disturbs nobody.
     *
     * @return closes to remove the listener
     */
    Registration onTransition(Consumer<Transition> listener);

    /** A listener's place; closing it twice does nothing. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
