package dev.reliability.health;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that does what is due, then sleeps until the next is due or somebody wakes it. */
final class Schedule implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Schedule.class);
    private static final long PAUSE_AFTER_FAULT = Duration.ofSeconds(1).toNanos();

    private final LongSupplier doWhatIsDue;
    private final Thread thread;
    private volatile boolean closed;

    /** @param doWhatIsDue returns after how many nanoseconds to call it again */
    Schedule(String threadName, LongSupplier doWhatIsDue) {
        this.doWhatIsDue = doWhatIsDue;
        this.thread = new Thread(this::loop, threadName);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Something has changed: look again at once. */
    void wake() {
        LockSupport.unpark(thread);
    }

    @Override
    public void close() {
        closed = true;
        wake();
    }

    private void loop() {
        while (!closed) {
            long wait;
            try {
                wait = doWhatIsDue.getAsLong();
            } catch (Throwable fault) {
                // Health that nobody looks after anymore would be worse than one turn that failed.
                LOG.error("the health schedule failed and goes on in 1 s", fault);
                wait = PAUSE_AFTER_FAULT;
            }
            LockSupport.parkNanos(this, wait);
            // An interrupt of this thread means nothing, but it would keep it from sleeping.
            boolean unused = Thread.interrupted();
        }
    }
}
