package dev.reliability.backup.repository;

import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An operation of this process, and its record. Safe for use by any thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class RunningOperation {

    RunningOperation() {}

    /** Its id. */
    public String id() {
        throw new UnsupportedOperationException();
    }

    /** As it is now, newer than what is on record. */
    public OperationStatus status() {
        throw new UnsupportedOperationException();
    }

    /** Goes on under this lease, whose thread rewrites the record every 5 s from now on. */
    public void attach(Lease lease) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The lease that it was attached to. */
    public Lease lease() {
        throw new UnsupportedOperationException();
    }

    /** Which backup it makes or uses; on record when this returns. */
    public void backup(String id, BackupType type) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Tells how far it is; on record within 5 s, and not more often than each second. Never fails: what could not be
     * written is tried again.
     */
    public void update(String phase, long bytes, long totalBytes, String message) {
        throw new UnsupportedOperationException();
    }

    /**
     * Ends it; on record when this returns. Does nothing more than that, in particular does not close the lease. If
     * the lease is lost the record is left to the next holder.
     *
     * @param error see {@link OperationStatus#error()}; null unless it failed
     */
    public OperationStatus finish(OperationStatus.Status status, String message, @Nullable String error)
            throws IOException {
        throw new UnsupportedOperationException();
    }
}
