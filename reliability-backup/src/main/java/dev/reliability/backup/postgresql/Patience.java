package dev.reliability.backup.postgresql;

import dev.reliability.core.time.TimeSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a program may show no sign of life. A wait is measured from its own beginning: while we are busy ourselves,
 * nobody is silent. Safe for use by any thread.
 *
 * @param time measures it
 * @param limit after so long it is stuck; zero for never
 */
record Patience(TimeSource time, Duration limit) {
    /** With a program that may be silent for as long as it wants. */
    static final Patience ENDLESS = new Patience(TimeSource.system(), Duration.ZERO);

    /** How often the clock is looked at; it may be one that does not wake anybody. */
    private static final long LOOK_MILLIS = 500;

    /** Waits for a sign of life. */
    @FunctionalInterface
    interface Wait<T> {
        /** What it waited for; null if there was none yet. */
        @Nullable T forMillis(long millis) throws InterruptedException;
    }

    /**
     * Waits until there is something.
     *
     * @param what is silent
     * @throws StuckException it was silent for too long
     */
    <T> T await(String what, Wait<T> wait) throws InterruptedException, StuckException {
        long start = time.nanoTime();
        while (true) {
            T sign = wait.forMillis(LOOK_MILLIS);
            if (sign != null) {
                return sign;
            }
            Duration silent = time.since(start);
            if (!limit.isZero() && silent.compareTo(limit) >= 0) {
                throw new StuckException(what, silent, limit);
            }
        }
    }
}
