package dev.reliability.backup.repository;

import java.io.IOException;

/** The right to write, until it is closed or lost. Safe for use by any thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class Lease implements AutoCloseable {

    Lease() {}

    /** Its number; a later holder's is higher. */
    public long epoch() {
        throw new UnsupportedOperationException();
    }

    /** The operation that took it. */
    public String operationId() {
        throw new UnsupportedOperationException();
    }

    /**
     * Checks, without asking the store, that this lease is not known to be lost.
     *
     * @throws LeaseLostException if a newer epoch was seen, or the beat could not be renewed for more than 15 s
     */
    public void requireHeld() {
        throw new UnsupportedOperationException();
    }

    /**
     * Asks the store whether there is a newer epoch.
     *
     * @throws LeaseLostException if there is, or if {@link #requireHeld()} would throw
     */
    public void confirm() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Stops the beat and lets the next one in at once. Does not throw: then the next one waits for 20 s. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
