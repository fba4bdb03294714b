package dev.reliability.core.circuitbreaker;

import dev.reliability.core.circuitbreaker.CircuitBreaker.Registration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Who wants to know of something, told one after another in the order in which they came. */
final class Listeners<T> {
    private final List<Place> places = new CopyOnWriteArrayList<>();

    Registration add(Consumer<T> listener) {
        Place place = new Place(listener);
        places.add(place);
        return place;
    }

    /** Tells all; what one throws is reported, and keeps nothing from the others. */
    void tell(T event) {
        for (Place place : places) {
            place.tell(event);
        }
    }

    private final class Place implements Registration {
        private final Consumer<T> listener;
        private volatile boolean closed;

        Place(Consumer<T> listener) {
            this.listener = listener;
        }

        void tell(T event) {
            if (closed) {
                return;
            }
            try {
                listener.accept(event);
            } catch (Throwable failure) {
                report(failure);
            }
        }

        @Override
        public void close() {
            closed = true;
            places.remove(this);
        }
    }

    private static void report(Throwable failure) {
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
        } catch (Throwable ignored) {
            // As the JVM does with what an uncaught exception handler throws.
        }
    }
}
