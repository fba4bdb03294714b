package dev.reliability.jaxrs;

import dev.reliability.core.backup.OperationStatus;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The places for event streams. Each stream keeps a thread of the host, so there are not more than a host with a small
 * pool can spare. Safe for use by any thread.
 */
final class EventStreams {
    /** How many there are at a time. */
    static final int MOST = 8;

    private final Set<Place> taken = ConcurrentHashMap.newKeySet();
    private boolean closed;

    /** What a stream waits for: a state of the operation, or that everything ends. */
    sealed interface Signal {
        /** The operation has changed. */
        record Changed(OperationStatus status) implements Signal {}

        /** The service stops: whoever still listens asks another one. */
        record Stopped() implements Signal {}
    }

    /** One stream's place and what it has to tell. */
    final class Place implements AutoCloseable {
        private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();

        void offer(OperationStatus status) {
            signals.add(new Signal.Changed(status));
        }

        BlockingQueue<Signal> signals() {
            return signals;
        }

        /** Frees it. May be called again. */
        @Override
        public void close() {
            taken.remove(this);
        }
    }

    /** Takes a place; empty if there is none. */
    synchronized Optional<Place> take() {
        if (closed || taken.size() >= MOST) {
            return Optional.empty();
        }
        Place place = new Place();
        taken.add(place);
        return Optional.of(place);
    }

    /** Ends every stream soon, and lets no new one begin. */
    synchronized void close() {
        closed = true;
        taken.forEach(place -> place.signals.add(new Signal.Stopped()));
    }
}
