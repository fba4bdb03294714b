package dev.reliability.health;

import dev.reliability.core.circuitbreaker.Permit;
import dev.reliability.core.health.Health;
import dev.reliability.core.health.HealthCheck;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a check on whatever thread calls {@link #run}. Its end is told exactly once, whatever the check does;
 * unless it was abandoned before it began, then nothing is told and the check is not called.
 */
final class CheckRun implements Runnable {

    /** What came of it: an answer, or what was thrown. */
    record End(@Nullable Health answer, @Nullable Throwable thrown) {}

    private enum Phase {
        WAITING,
        RUNNING,
        OVER
    }

    private final HealthCheck check;
    private final @Nullable Permit probe;
    private final long startedAtNanos;
    private final BiConsumer<CheckRun, End> whenEnded;

    private final ReentrantLock lock = new ReentrantLock();
    private Phase phase = Phase.WAITING;
    private @Nullable Thread runner;
    private boolean abandoned;

    /** @param probe the breaker's permit if this run is its probe */
    CheckRun(HealthCheck check, @Nullable Permit probe, long startedAtNanos, BiConsumer<CheckRun, End> whenEnded) {
        this.check = check;
        this.probe = probe;
        this.startedAtNanos = startedAtNanos;
        this.whenEnded = whenEnded;
    }

    /** When it was handed to a thread; its time runs from then on, also while it waits for that thread. */
    long startedAtNanos() {
        return startedAtNanos;
    }

    /** The breaker's permit, if this run is its probe. */
    @Nullable Permit probe() {
        return probe;
    }

    @Override
    public void run() {
        if (!begin()) {
            return;
        }
        End end;
        try {
            end = new End(check.check(), null);
        } catch (Throwable thrown) {
            // Errors too: whatever a check throws, its component is not healthy, and its slot must become free.
            end = new End(null, thrown);
        }
        finish();
        whenEnded.accept(this, end);
    }

    /**
     * Interrupts it, as nobody waits for its answer anymore.
     *
     * @return true if it had not begun, so that it never will
     */
    boolean abandon() {
        lock.lock();
        try {
            abandoned = true;
            if (runner != null) {
                // Under the lock: afterwards the thread may already work for somebody else.
                runner.interrupt();
            }
            boolean neverBegan = phase == Phase.WAITING;
            if (neverBegan) {
                phase = Phase.OVER;
            }
            return neverBegan;
        } finally {
            lock.unlock();
        }
    }

    private boolean begin() {
        lock.lock();
        try {
            if (phase != Phase.WAITING) {
                return false;
            }
            phase = Phase.RUNNING;
            runner = Thread.currentThread();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void finish() {
        lock.lock();
        try {
            phase = Phase.OVER;
            runner = null;
            if (abandoned) {
                // The interrupt was for the check, not for what this thread does next. Whether it was noticed is all
                // one.
                boolean unused = Thread.interrupted();
            }
        } finally {
            lock.unlock();
        }
    }
}
