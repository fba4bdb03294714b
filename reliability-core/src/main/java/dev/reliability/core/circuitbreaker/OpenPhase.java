package dev.reliability.core.circuitbreaker;

import dev.reliability.core.time.TimeSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Calls are rejected until the open duration is over; then the next call is a probe. No call belongs to this
 * generation, so none can end in it.
 */
final class OpenPhase extends Phase {
    private final Counts decided;
    private final long sinceNanos;
    private final long openNanos;

    private OpenPhase(
            long generation,
            CircuitBreakerConfig config,
            TransitionLog.Entry arrival,
            Counts decided,
            long sinceNanos) {
        super(generation, config, arrival);
        this.decided = decided;
        this.sinceNanos = sinceNanos;
        this.openNanos = config.openDuration().toNanos();
    }

    static OpenPhase after(Phase before, Counts decided, String reason, TimeSource time) {
        return new OpenPhase(
                before.generation + 1,
                before.config,
                before.arrival.followedBy(before.state(), State.OPEN, reason, time.now()),
                decided,
                time.nanoTime());
    }

    @Override
    State state() {
        return State.OPEN;
    }

    @Override
    Counts counts() {
        return decided;
    }

    @Override
    @Nullable Phase afterEntry(TimeSource time) {
        long now = time.nanoTime();
        if (now - sinceNanos < openNanos) {
            return null;
        }
        return HalfOpenPhase.withFirstProbe(
                this, "open for " + Texts.seconds(config.openDuration()) + ", the next call is a probe", time, now);
    }

    /** Half-open before the deadline, on word from outside. */
    Phase afterSignal(TimeSource time) {
        return HalfOpenPhase.withoutProbe(this, "told that its dependency seems to be back", time);
    }

    @Override
    Phase afterSuccess(TimeSource time) {
        return this;
    }

    @Override
    Phase afterFailure(Throwable failure, TimeSource time) {
        return this;
    }

    @Override
    Phase afterRelease() {
        return this;
    }

    @Override
    Phase reconfigured(CircuitBreakerConfig other) {
        return new OpenPhase(generation, other, arrival, decided, sinceNanos);
    }

    @Override
    Duration retryAfter(TimeSource time) {
        return Duration.ofNanos(Math.max(0, openNanos - (time.nanoTime() - sinceNanos)));
    }
}
