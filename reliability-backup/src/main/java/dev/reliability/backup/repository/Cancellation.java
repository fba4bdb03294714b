package dev.reliability.backup.repository;

import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Decides between a wish to cancel an operation and its commit: one of them comes first, and the other one is told so.
 * Safe for use by any thread.
 *
 * <p>Whoever wishes interrupts the thread that works, and only before the commit point: what comes after it is never
 * disturbed.
 */
public final class Cancellation {
    private @Nullable Thread worker;
    private @Nullable String requestedBy;
    private boolean committed;

    /**
     * Interrupts the work, if that is possible still. The first wish counts.
     *
     * @param subject who wishes it
     * @return false if it is too late
     */
    public synchronized boolean request(String subject) {
        if (committed) {
            return false;
        }
        if (requestedBy == null) {
            requestedBy = subject;
            if (worker != null) {
                worker.interrupt();
            }
        }
        return true;
    }

    /** The work begins on this thread, which is interrupted from now on. */
    public synchronized void begin() {
        worker = Thread.currentThread();
        if (requestedBy != null) {
            worker.interrupt();
        }
    }

    /**
     * Goes on only if nobody has wished that it ends. An interrupt alone is lost where nothing blocks.
     *
     * @throws CancellationException if somebody has
     */
    public synchronized void check() {
        if (requestedBy != null) {
            throw new CancellationException("cancelled by " + requestedBy);
        }
    }

    /**
     * Passes the point from which on the work can only be finished. May be called again.
     *
     * @throws CancellationException if somebody was faster
     */
    public synchronized void commit() {
        check();
        committed = true;
    }

    /** The work is over, however it ended: its thread is left alone from now on. */
    public synchronized void end() {
        committed = true;
        worker = null;
    }

    /** Whether it is too late to cancel. */
    public synchronized boolean isCommitted() {
        return committed;
    }

    /** Who wished it in time; empty if nobody did. */
    public synchronized Optional<String> requestedBy() {
        return Optional.ofNullable(requestedBy);
    }
}
