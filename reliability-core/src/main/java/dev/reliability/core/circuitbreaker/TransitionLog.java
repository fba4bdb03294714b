package dev.reliability.core.circuitbreaker;

import dev.reliability.core.circuitbreaker.CircuitBreaker.Registration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings the transitions to the listeners in their order, without a lock.
 *
 * <p><b>Order.</b> Each phase knows the entry of the transition that led to it. Who makes a transition hangs its entry
 * behind the one before, and only then is it there to be delivered; so a transition waits for those before it, even if
 * their threads were stopped between changing the state and telling.
 *
 * <p><b>One at a time.</b> {@link #work} counts what was announced; who raises it from zero delivers for all until it is
 * zero again. A listener that causes a transition raises it too, and so is not called from within itself.
 */
final class TransitionLog {
    private final Listeners<Transition> listeners = new Listeners<>();
    private final AtomicInteger work = new AtomicInteger();

    /** Touched only by the thread that delivers; {@link #work} hands it on. */
    private Entry delivered;

    TransitionLog(Entry root) {
        this.delivered = root;
    }

    Registration add(Consumer<Transition> listener) {
        return listeners.add(listener);
    }

    /** Announces the transition from a phase to the next, and delivers what there is to deliver. */
    void announce(Entry before, Entry entry) {
        before.next = entry;
        int seen = work.getAndIncrement() + 1;
        if (seen != 1) {
            return;
        }
        do {
            deliver();
            seen = work.addAndGet(-seen);
        } while (seen != 0);
    }

    private void deliver() {
        for (Entry entry = delivered.next; entry != null; entry = entry.next) {
            delivered = entry;
            if (entry.transition != null) {
                listeners.tell(entry.transition);
            }
        }
    }

    /** A transition in the order of all; the root has none. */
    static final class Entry {
        private final String breaker;
        final @Nullable Transition transition;
        private volatile @Nullable Entry next;

        private Entry(String breaker, @Nullable Transition transition) {
            this.breaker = breaker;
            this.transition = transition;
        }

        static Entry root(String breaker) {
            return new Entry(breaker, null);
        }

        Entry followedBy(State from, State to, String reason, Instant at) {
            return new Entry(breaker, new Transition(breaker, from, to, reason, at));
        }
    }
}
