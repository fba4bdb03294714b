package dev.reliability.core.circuitbreaker;

import dev.reliability.core.time.TimeSource;
import java.time.Duration;

/** Calls pass; their results fill the window, until it says: open. */
final class ClosedPhase extends Phase {
    private final ResultWindow window;

    private ClosedPhase(
            long generation, CircuitBreakerConfig config, TransitionLog.Entry arrival, ResultWindow window) {
        super(generation, config, arrival);
        this.window = window;
    }

    static ClosedPhase begin(long generation, CircuitBreakerConfig config, TransitionLog.Entry arrival) {
        return new ClosedPhase(generation, config, arrival, ResultWindow.of(config.window()));
    }

    ResultWindow window() {
        return window;
    }

    @Override
    State state() {
        return State.CLOSED;
    }

    @Override
    Counts counts() {
        return window.counts();
    }

    @Override
    Phase afterEntry(TimeSource time) {
        return this;
    }

    @Override
    Phase afterSuccess(TimeSource time) {
        return decided(window.afterSuccess(), time);
    }

    @Override
    Phase afterFailure(Throwable failure, TimeSource time) {
        return decided(window.afterFailure(), time);
    }

    @Override
    Phase afterRelease() {
        return this;
    }

    private Phase decided(ResultWindow next, TimeSource time) {
        if (next == window) {
            return this;
        }
        Counts counts = next.counts();
        return next.opensAt(counts)
                ? OpenPhase.after(this, counts, next.reason(counts), time)
                : new ClosedPhase(generation, config, arrival, next);
    }

    @Override
    Phase reconfigured(CircuitBreakerConfig other) {
        return new ClosedPhase(generation, other, arrival, window.resized(other.window()));
    }

    @Override
    Duration retryAfter(TimeSource time) {
        return Duration.ZERO;
    }
}
