package dev.reliability.backup.repository;

import dev.reliability.core.backup.BackupException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Gives the right to write to one process at a time. Safe for use by any thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class Leases {

    Leases() {}

    /** Takes the lease if it is free or was released; empty at once if somebody holds it, dead or alive. */
    public Optional<Lease> tryAcquire(String operationId) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes the lease, and waits for it if need be: until it is released, or its holder has not changed its beat for
     * 20 s.
     *
     * @param maxWait how long to wait at most; at least 25 s to outlast a holder that died
     * @param waiting is told about each second for whom it waits, on the calling thread
     * @throws BackupException.Busy if {@code maxWait} is over; names the operation that holds it
     * @throws InterruptedException if interrupted; nothing is held then
     */
    public Lease acquire(String operationId, Duration maxWait, Consumer<Holder> waiting)
            throws IOException, InterruptedException {
        throw new UnsupportedOperationException();
    }

    /** Who holds the lease; empty if it is free or was released. */
    public Optional<Holder> holder() throws IOException {
        throw new UnsupportedOperationException();
    }
}
