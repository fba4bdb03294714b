package dev.reliability.core.time;

import java.time.Duration;
import java.time.Instant;

/**
 * Where every part of the toolkit takes its time from. Two clocks, which must not be mixed: {@link #now()} names a
 * moment to people and may jump; {@link #nanoTime()} measures how long something took and never goes back.
 *
 * <p>Implementations are safe for use by any thread.
 */
public interface TimeSource {

    /**
     * The wall clock: what to print, to store and to compare with other people's dates. Never used to measure a
     * duration.
     */
    Instant now();

    /**
     * The monotonic clock, in nanoseconds from an arbitrary origin. Only differences mean something, and only within
     * one process; compare by subtraction, as the value may be negative and may overflow.
     */
    long nanoTime();

    /** How long ago {@code startNanos}, an earlier value of {@link #nanoTime()}, was. */
    default Duration since(long startNanos) {
        return Duration.ofNanos(nanoTime() - startNanos);
    }

    /** The machine's own clocks. */
    static TimeSource system() {
        return SystemTimeSource.INSTANCE;
    }
}
