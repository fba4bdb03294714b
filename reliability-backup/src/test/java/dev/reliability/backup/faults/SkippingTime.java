package dev.reliability.backup.faults;

import dev.reliability.core.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** The machine's time, of which a test may skip a part. */
final class SkippingTime implements TimeSource {
    private final TimeSource real = TimeSource.system();
    private final AtomicLong skippedNanos = new AtomicLong();

    void skip(Duration part) {
        skippedNanos.addAndGet(part.toNanos());
    }

    @Override
    public Instant now() {
        return real.now();
    }

    @Override
    public long nanoTime() {
        return real.nanoTime() + skippedNanos.get();
    }
}
