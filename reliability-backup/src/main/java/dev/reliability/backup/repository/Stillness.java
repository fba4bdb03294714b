package dev.reliability.backup.repository;

import dev.reliability.backup.repository.Epochs.Beat;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * For how long a beat has been seen unchanged, over all looks of this process: whoever was told that somebody else is at
 * work, and asks again later, does not begin to wait anew for a holder that died. Safe for use by any thread.
 */
final class Stillness {
    private final TimeSource time;
    private @Nullable Beat seen;
    private long seenAt;

    Stillness(TimeSource time) {
        this.time = time;
    }

    @FunctionalInterface
    interface Reading {
        Beat read() throws IOException;
    }

    /** @param still how long it was at least what it is now: from the end of the first look to the beginning of this one */
    record Look(Beat beat, Duration still) {}

    Look look(Reading reading) throws IOException {
        long before = time.nanoTime();
        Beat beat = reading.read();
        return new Look(beat, Duration.ofNanos(Math.max(0, before - firstSeen(beat))));
    }

    private synchronized long firstSeen(Beat beat) {
        if (!beat.equals(seen)) {
            seen = beat;
            seenAt = time.nanoTime();
        }
        return seenAt;
    }
}
