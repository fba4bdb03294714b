package dev.reliability.drill;

import dev.reliability.core.time.TimeSource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Moments in microseconds since 1970, which never go back: comparable with what a shell script wrote down, and fit to
 * measure by.
 */
@FunctionalInterface
interface MicroClock {
    long micros();

    /** The wall clock as it is now, and from then on the monotonic one. */
    static MicroClock of(TimeSource time) {
        long origin = ChronoUnit.MICROS.between(Instant.EPOCH, time.now());
        long started = time.nanoTime();
        return () -> origin + (time.nanoTime() - started) / 1_000;
    }
}
