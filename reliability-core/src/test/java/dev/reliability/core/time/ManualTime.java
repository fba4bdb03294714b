package dev.reliability.core.time;

import java.time.Duration;
import java.time.Instant;

/**
 * Time that stands still until a test moves it. Both clocks move together by {@link #advance}; {@link #jumpWallClock}
 * moves the wall clock alone, as an operator or NTP does. Safe for use by any thread.
 */
public final class ManualTime implements TimeSource {
    private Instant now = Instant.parse("2026-01-03T14:00:00Z");
    // Close to overflow on purpose: code that compares instead of subtracting fails soon.
    private long nanos = Long.MAX_VALUE - Duration.ofSeconds(1).toNanos();

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized long nanoTime() {
        return nanos;
    }

    /** Moves both clocks forward. */
    public synchronized void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("time does not go back: " + by);
        }
        now = now.plus(by);
        nanos += by.toNanos();
    }

    /** Moves the wall clock only, forwards or back. */
    public synchronized void jumpWallClock(Duration by) {
        now = now.plus(by);
    }
}
