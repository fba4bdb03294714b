package dev.reliability.backup.postgresql;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits between two questions to the server. */
final class Pauses {
    private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private Pauses() {}

    /** A moment, at once over for an interrupted thread. */
    static void pause() {
        LockSupport.parkNanos(NANOS);
    }
}
