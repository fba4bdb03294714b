package dev.reliability.backup.repository;

import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write, until it is closed or lost. Its thread renews it. Safe for use by any thread.
 *
 * <p>It can be lost at any moment without anybody's knowing: what {@link #requireHeld} and {@link #confirm} say may be
 * untrue when they return. What makes that harmless is {@link BackupIds#claim} together with {@link Catalog#commit}.
 */
public final class Lease implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Lease.class);

    private final Epochs epochs;
    private final TimeSource time;
    private final LeaseRules rules;
    private final long epoch;
    private final String operationId;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    /** Held while the beat is written, so that the last one says that the lease was released. */
    private final ReentrantLock writing = new ReentrantLock();

    private long beats;
    private boolean closed;
    private volatile long renewedAt;
    private volatile long newerEpoch;
    private Clockwork.@Nullable Ticking ticking;

    /** @param takenAt the monotonic time before its epoch was created */
    Lease(Epochs epochs, TimeSource time, LeaseRules rules, long epoch, String operationId, long takenAt) {
        this.epochs = epochs;
        this.time = time;
        this.rules = rules;
        this.epoch = epoch;
        this.operationId = operationId;
        this.renewedAt = takenAt;
    }

    void start(Clockwork clockwork) throws IOException {
        renew();
        ticking = clockwork.every(rules.beat(), "backup-lease-" + epoch, this::beat);
    }

    /** Runs this on the lease's thread after each beat, until the lease is closed or lost. It must not throw. */
    void onBeat(Runnable listener) {
        listeners.add(listener);
    }

    /** Its number; a later holder's is higher. */
    public long epoch() {
        return epoch;
    }

    /** The operation that took it. */
    public String operationId() {
        return operationId;
    }

    /** Whether it is known to be lost: a newer epoch was seen. */
    public boolean isLost() {
        return newerEpoch != 0;
    }

    /**
     * Checks, without asking the store, that this lease is not known to be lost.
     *
     * @throws LeaseLostException if a newer epoch was seen, or the beat could not be renewed for more than 15 s
     */
    public void requireHeld() {
        if (isLost()) {
            throw new LeaseLostException("operation " + operationId + " lost the repository's lease: it holds epoch "
                    + epoch + ", and " + newerEpoch + " was taken by somebody else");
        }
        Duration silent = time.since(renewedAt);
        if (silent.compareTo(rules.lost()) > 0) {
            throw new LeaseLostException(
                    "operation " + operationId + " can not rely on the repository's lease: its beat"
                            + " was last written " + silent.toMillis() + " ms ago, the limit is "
                            + rules.lost().toMillis()
                            + " ms; look whether the repository was out of reach or this process stood"
                            + " still");
        }
    }

    /**
     * Asks the store whether there is a newer epoch.
     *
     * @throws LeaseLostException if there is, or if {@link #requireHeld()} would throw
     */
    public void confirm() throws IOException {
        lookForNewer();
        requireHeld();
    }

    /**
     * Stops the beat and lets the next one in at once, also on a thread that is interrupted, whose flag it keeps. Does
     * not throw: then the next one waits for 20 s.
     */
    @Override
    public void close() {
        if (ticking != null) {
            ticking.close();
        }
        writing.lock();
        try {
            if (!closed) {
                closed = true;
                release();
            }
        } catch (IOException e) {
            log.warn("lease not released, the next operation waits for it: epoch={} cause={}", epoch, e.getMessage());
        } finally {
            writing.unlock();
        }
    }

    /** An interrupt would end the write that it hits: a service that stops must not leave its lease to be waited for. */
    private void release() throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            epochs.writeBeat(epoch, ++beats, true);
        } catch (IOException e) {
            if (!Thread.interrupted()) {
                throw e;
            }
            interrupted = true;
            epochs.writeBeat(epoch, ++beats, true);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void beat() {
        try {
            renew();
            lookForNewer();
        } catch (IOException e) {
            log.warn("lease not renewed, trying again: epoch={} cause={}", epoch, e.getMessage());
        }
        if (!isLost()) {
            listeners.forEach(Runnable::run);
        }
    }

    private void renew() throws IOException {
        writing.lock();
        try {
            if (!closed && !isLost()) {
                long before = time.nanoTime();
                epochs.writeBeat(epoch, ++beats, false);
                renewedAt = before;
            }
        } finally {
            writing.unlock();
        }
    }

    private void lookForNewer() throws IOException {
        long highest = epochs.highest();
        if (highest > epoch) {
            newerEpoch = highest;
        }
    }
}
