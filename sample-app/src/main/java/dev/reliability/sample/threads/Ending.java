package dev.reliability.sample.threads;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** How background work ends when the backend stops. */
public final class Ending {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private Ending() {}

    /**
     * Interrupts what these threads do and waits up to 2 s for it to leave everything in order, so that nothing is written
     * any more by a backend that has stopped. Work that hangs is left behind. Returns at once, with the interrupt kept, if
     * the caller's thread is interrupted.
     */
    public static void of(ExecutorService threads) {
        threads.shutdownNow();
        try {
            boolean unused = threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
