package dev.reliability.backup.repository;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The journal of one restore, as its owner writes it. Meant for dozens of steps: each rewrites the whole. Safe for use
 * by any thread.
 */
public final class Journal {
    private final Journals journals;
    private final Lease lease;
    private final String operationId;
    private final String key;
    private final List<Journals.Step> before;
    private final List<Journals.Step> own;
    private final ReentrantLock lock = new ReentrantLock();
    /** Whether a write failed: it may come after a later one, and undo it. */
    private boolean broken;

    private boolean leftOpen;

    Journal(
            Journals journals,
            Lease lease,
            String operationId,
            String key,
            List<Journals.Step> before,
            List<Journals.Step> own) {
        this.journals = journals;
        this.lease = lease;
        this.operationId = operationId;
        this.key = key;
        this.before = List.copyOf(before);
        this.own = new ArrayList<>(own);
    }

    /**
     * Appends a step; it survives a crash when this returns.
     *
     * @throws IOException if it is unknown whether it is on record; nothing more can be appended then, and what is left
     *     to do is left to the next holder of the lease
     * @throws LeaseLostException if the lease is lost: then the step must not be taken
     */
    public void append(String name, Map<String, String> facts) throws IOException {
        lock.lock();
        try {
            own.add(new Journals.Step(name, journals.now(), facts));
            write(false);
        } finally {
            lock.unlock();
        }
    }

    /** All steps so far, those of earlier owners first. */
    public List<Journals.Step> steps() {
        lock.lock();
        try {
            List<Journals.Step> steps = new ArrayList<>(before);
            steps.addAll(own);
            return List.copyOf(steps);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Appends the last step and says that nothing is left to finish, in one write.
     *
     * @throws IOException as {@link #append}
     */
    public void close(String name, Map<String, String> facts) throws IOException {
        lock.lock();
        try {
            own.add(new Journals.Step(name, journals.now(), facts));
            write(true);
        } finally {
            lock.unlock();
        }
    }

    /** Something is left to the next holder of the lease, who is to close it. */
    public void leaveOpen() {
        lock.lock();
        try {
            leftOpen = true;
        } finally {
            lock.unlock();
        }
    }

    /** Says that nothing is left to finish, unless something is; the journal stays readable. */
    public void close() throws IOException {
        lock.lock();
        try {
            write(!leftOpen);
        } finally {
            lock.unlock();
        }
    }

    private void write(boolean closed) throws IOException {
        if (broken) {
            throw new IOException(
                    "the journal of " + operationId + " could not be written before, and that write may still"
                            + " come: leave the restore to the next holder of the lease");
        }
        lease.confirm();
        broken = true;
        journals.write(key, operationId, closed, own);
        broken = false;
    }
}
