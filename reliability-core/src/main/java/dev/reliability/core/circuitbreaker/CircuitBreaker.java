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
 * <p>Safe for use by any thread; a call through a closed breaker takes no lock.
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
     * Makes an asynchronous call; its result is the stage's. If it is rejected, the stage has already failed with
     * {@link CircuitBreakerOpenException}. Cancelling the returned stage gives the permit back.
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

    /** The state, after what time alone has changed. */
    State state();

    /** All that is known of it at this moment, consistent in itself. */
    Snapshot snapshot();

    /** Changes the configuration while it runs; state and window are kept. */
    void reconfigure(CircuitBreakerConfig config);

    /**
     * Calls the listener once for each transition, in their order, never two at a time, on a thread that happens to
     * use the breaker, outside of any lock: it may call the breaker. What it throws goes to the thread's uncaught
     * exception handler and disturbs nobody.
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
