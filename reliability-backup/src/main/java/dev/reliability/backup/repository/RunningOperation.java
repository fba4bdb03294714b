package dev.reliability.backup.repository;

import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An operation of this process, and its record. Safe for use by any thread.
 *
 * <p>One write of the record is under way at a time, and each writes what is newest then: an older state can not
 * replace a newer one.
 */
public final class RunningOperation {
    private static final Logger log = LoggerFactory.getLogger(RunningOperation.class);
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final Documents documents;
    private final TimeSource time;
    private final Cancellation cancellation = new Cancellation();
    private final ReentrantLock writing = new ReentrantLock();
    private volatile OperationRecord record;
    private volatile @Nullable Lease lease;
    private volatile long writtenAt;
    private boolean endWritten;

    RunningOperation(Documents documents, TimeSource time, OperationRecord created) {
        this.documents = documents;
        this.time = time;
        this.record = created;
        this.writtenAt = time.nanoTime();
        if (created.committed()) {
            cancellation.commit();
        }
    }

    /** Its id. */
    public String id() {
        return record.status().id();
    }

    /** As it is now, newer than what is on record. */
    public OperationStatus status() {
        return record.status();
    }

    /** Goes on under this lease, whose thread rewrites the record every 5 s from now on. */
    public void attach(Lease held) throws IOException {
        lease = held;
        change(was -> was.withEpoch(held.epoch()));
        write();
        held.onBeat(this::lookForCancel);
        held.onBeat(this::writeInPassing);
    }

    /** Whether and by whom it is cancelled. */
    public Cancellation cancellation() {
        return cancellation;
    }

    /** Looks whether another process was asked to cancel it. Never fails: it looks again at the next beat. */
    public void lookForCancel() {
        if (cancellation.isCommitted() || cancellation.requestedBy().isPresent()) {
            return;
        }
        try {
            Optional<byte[]> document = documents.read(Layout.cancel(id()));
            if (document.isPresent()) {
                boolean unused =
                        cancellation.request(CancelRequest.parse(document.get()).requestedBy());
            }
        } catch (IOException e) {
            log.warn("wish to cancel not read, trying again: operation={} cause={}", id(), e.getMessage());
        }
    }

    /**
     * Goes on: to be called now and then by whatever takes long.
     *
     * @throws LeaseLostException if the lease is known to be lost
     * @throws java.util.concurrent.CancellationException if somebody cancelled it
     */
    public void proceed() {
        cancellation.check();
        lease().requireHeld();
    }

    /**
     * Passes its commit point: from now on it can not be cancelled, which its record says soon.
     *
     * @throws java.util.concurrent.CancellationException if somebody was faster
     */
    public void commit() {
        cancellation.commit();
        change(OperationRecord::pastCommit);
        writeInPassing();
    }

    /**
     * The lease that it was attached to.
     *
     * @throws IllegalStateException if it was attached to none
     */
    public Lease lease() {
        Lease held = lease;
        if (held == null) {
            throw new IllegalStateException("operation " + id() + " has no lease yet");
        }
        return held;
    }

    /** Which backup it makes or uses; on record when this returns. */
    public void backup(String id, BackupType type) throws IOException {
        change(was -> {
            OperationStatus s = was.status();
            OperationStatus now = new OperationStatus(
                    s.id(),
                    s.kind(),
                    id,
                    s.status(),
                    s.phase(),
                    s.bytes(),
                    s.totalBytes(),
                    s.message(),
                    s.startedAt(),
                    s.finishedAt(),
                    s.error(),
                    s.host(),
                    s.requestedBy());
            return was.withBackup(now, type);
        });
        write();
    }

    /**
     * Tells how far it is; on record within 5 s, and not more often than each second. Never fails: what could not be
     * written is tried again.
     */
    public void update(String phase, long bytes, long totalBytes, String message) {
        change(was -> {
            OperationStatus s = was.status();
            if (s.status().ended()) {
                return was;
            }
            OperationStatus now = new OperationStatus(
                    s.id(),
                    s.kind(),
                    s.backupId(),
                    s.status(),
                    phase,
                    bytes,
                    totalBytes,
                    message,
                    s.startedAt(),
                    null,
                    null,
                    s.host(),
                    s.requestedBy());
            return was.with(now);
        });
        if (time.since(writtenAt).compareTo(SHORTEST) >= 0) {
            writeInPassing();
        }
    }

    /**
     * Ends it; on record when this returns. Does nothing more than that, in particular does not close the lease. If
     * the lease is lost the record is left to the next holder.
     *
     * @param error see {@link OperationStatus#error()}; null unless it failed
     * @throws IOException if the record could not be written, tried twice; the next holder of the lease ends it then
     */
    public OperationStatus finish(Status status, String message, @Nullable String error) throws IOException {
        change(was -> was.with(ended(was.status(), status, message, error, time.now())));
        try {
            write();
        } catch (IOException first) {
            writeAgain(first);
        }
        return status();
    }

    /** Nobody will write this record again: neither a short fault nor a stop that interrupts it may leave it running. */
    private void writeAgain(IOException first) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            write();
        } catch (IOException second) {
            second.addSuppressed(first);
            throw second;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static OperationStatus ended(
            OperationStatus was, Status status, String message, @Nullable String error, Instant finishedAt) {
        return new OperationStatus(
                was.id(),
                was.kind(),
                was.backupId(),
                status,
                phaseAtEnd(was, status),
                was.bytes(),
                was.totalBytes(),
                message,
                was.startedAt(),
                finishedAt,
                error,
                was.host(),
                was.requestedBy());
    }

    /** A goal that was reached has no phase any more; where it was missed is worth to be known. */
    private static String phaseAtEnd(OperationStatus was, Status status) {
        return status == Status.COMPLETED || status == Status.INCOMPLETE ? "done" : was.phase();
    }

    private synchronized void change(UnaryOperator<OperationRecord> change) {
        record = change.apply(record);
    }

    private void write() throws IOException {
        writing.lock();
        try {
            writeLocked();
        } finally {
            writing.unlock();
        }
    }

    /** Leaves it to whoever writes already, and to the next time if the store fails. */
    private void writeInPassing() {
        if (!writing.tryLock()) {
            return;
        }
        try {
            writeLocked();
        } catch (IOException e) {
            log.warn("progress not on record, trying again: operation={} cause={}", id(), e.getMessage());
        } finally {
            writing.unlock();
        }
    }

    private void writeLocked() throws IOException {
        Lease held = lease;
        if (endWritten || (held != null && held.isLost())) {
            return;
        }
        OperationRecord now = record;
        writtenAt = time.nanoTime();
        documents.write(Layout.operation(now.status().id()), now.toJson());
        endWritten = now.status().status().ended();
    }
}
