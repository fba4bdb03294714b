package dev.reliability.core.circuitbreaker;

import dev.reliability.core.time.TimeSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The whole state of a breaker at one moment, as one immutable value: the breaker holds it in one reference and
 * replaces it by compare-and-set, so that state, generation, permits, window, deadline and reason can never disagree.
 *
 * <p>Every {@code after…} method answers "what comes next" and changes nothing, so it may be asked again when another
 * thread was faster; {@code this} means that there is nothing to change, which is what lets a success of a closed
 * breaker get by without a write.
 *
 * <table>
 * <caption>All transitions; each begins a new generation</caption>
 * <tr><th>from</th><th>what happens</th><th>to</th></tr>
 * <tr><td>closed</td><td>the window says so after a result</td><td>open</td></tr>
 * <tr><td>open</td><td>a call at or after the deadline (it is a probe), {@code tryHalfOpen}</td><td>half-open</td></tr>
 * <tr><td>half-open</td><td>a probe fails</td><td>open</td></tr>
 * <tr><td>half-open</td><td>the last success that was needed</td><td>closed</td></tr>
 * <tr><td>half-open</td><td>a call when all probes are out and lost</td><td>half-open, no event</td></tr>
 * </table>
 */
abstract sealed class Phase permits ClosedPhase, OpenPhase, HalfOpenPhase {
    /** Results are only heard in the generation in which their call was let in. */
    final long generation;

    final CircuitBreakerConfig config;

    /** The transition that led here. */
    final TransitionLog.Entry arrival;

    Phase(long generation, CircuitBreakerConfig config, TransitionLog.Entry arrival) {
        this.generation = generation;
        this.config = config;
        this.arrival = arrival;
    }

    abstract State state();

    /** The counts that decide, or those that decided. */
    abstract Counts counts();

    /** After a call is let in; null if it is rejected. */
    abstract @Nullable Phase afterEntry(TimeSource time);

    /** After a call of this generation succeeded. */
    abstract Phase afterSuccess(TimeSource time);

    /** After a call of this generation failed. */
    abstract Phase afterFailure(Throwable failure, TimeSource time);

    /** After a call of this generation ended without a result. */
    abstract Phase afterRelease();

    /** The same phase and generation under another configuration. */
    abstract Phase reconfigured(CircuitBreakerConfig other);

    /** How long calls are still rejected for certain. */
    abstract Duration retryAfter(TimeSource time);
}
