package dev.reliability.drill;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Moments in microseconds since 1970, which never go back: comparable with what a shell script wrote down, and fit to
 * measure by.
 */
@FunctionalInterface
interface MicroClock {
    long micros();

    /** The machine's wall clock as it is now, and from then on its monotonic one. */
    static MicroClock system() {
        long origin = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        long started = System.nanoTime();
        return () -> origin + (System.nanoTime() - started) / 1_000;
    }
}
