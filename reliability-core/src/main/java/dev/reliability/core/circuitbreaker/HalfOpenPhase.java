package dev.reliability.core.circuitbreaker;

import dev.reliability.core.time.TimeSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A few calls pass as probes, and decide.
 *
 * <p>It can not stick: when every probe is out and the newest of them has been for {@code halfOpenMaxWait}, the next
 * call begins a new generation, in which nobody waits for the lost ones. Successes that were told already stay, or
 * a breaker that needs several would never close on a dependency that is seldom called.
 */
final class HalfOpenPhase extends Phase {
    private final Counts decided;
    private final int probes;
    private final int successes;
    private final long newestProbeNanos;

    private HalfOpenPhase(
            long generation,
            CircuitBreakerConfig config,
            TransitionLog.Entry arrival,
            Counts decided,
            int probes,
            int successes,
            long newestProbeNanos) {
        super(generation, config, arrival);
        this.decided = decided;
        this.probes = probes;
        this.successes = successes;
        this.newestProbeNanos = newestProbeNanos;
    }

    /** Half-open because a call came: it is the first probe. */
    static HalfOpenPhase withFirstProbe(OpenPhase open, String reason, TimeSource time, long nowNanos) {
        return new HalfOpenPhase(
                open.generation + 1, open.config, arrivalFrom(open, reason, time), open.counts(), 1, 0, nowNanos);
    }

    /** Half-open with no call yet. */
    static HalfOpenPhase withoutProbe(OpenPhase open, String reason, TimeSource time) {
        return new HalfOpenPhase(
                open.generation + 1, open.config, arrivalFrom(open, reason, time), open.counts(), 0, 0, 0);
    }

    private static TransitionLog.Entry arrivalFrom(OpenPhase open, String reason, TimeSource time) {
        return open.arrival.followedBy(State.OPEN, State.HALF_OPEN, reason, time.now());
    }

    @Override
    State state() {
        return State.HALF_OPEN;
    }

    @Override
    Counts counts() {
        return decided;
    }

    @Override
    @Nullable Phase afterEntry(TimeSource time) {
        long now = time.nanoTime();
        if (probes < config.halfOpenPermits()) {
            return new HalfOpenPhase(generation, config, arrival, decided, probes + 1, successes, now);
        }
        if (now - newestProbeNanos < config.halfOpenMaxWait().toNanos()) {
            return null;
        }
        return new HalfOpenPhase(generation + 1, config, arrival, decided, 1, successes, now);
    }

    @Override
    Phase afterSuccess(TimeSource time) {
        int needed = config.halfOpenSuccesses();
        if (successes + 1 < needed) {
            return new HalfOpenPhase(generation, config, arrival, decided, probes - 1, successes + 1, newestProbeNanos);
        }
        String reason = needed == 1 ? "a probe succeeded" : needed + " probes succeeded";
        return ClosedPhase.begin(
                generation + 1, config, arrival.followedBy(State.HALF_OPEN, State.CLOSED, reason, time.now()));
    }

    @Override
    Phase afterFailure(Throwable failure, TimeSource time) {
        return OpenPhase.after(
                this, decided, "a probe failed: " + failure.getClass().getName(), time);
    }

    @Override
    Phase afterRelease() {
        return new HalfOpenPhase(generation, config, arrival, decided, probes - 1, successes, newestProbeNanos);
    }

    @Override
    Phase reconfigured(CircuitBreakerConfig other) {
        return new HalfOpenPhase(generation, other, arrival, decided, probes, successes, newestProbeNanos);
    }

    @Override
    Duration retryAfter(TimeSource time) {
        return Duration.ZERO;
    }
}
