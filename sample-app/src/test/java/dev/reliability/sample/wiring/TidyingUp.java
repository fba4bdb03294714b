package dev.reliability.sample.wiring;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What is still done after an interrupt. */
final class TidyingUp {
    private TidyingUp() {}

    /** Takes longer than a close that does not wait for it. */
    static void slowly() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
