package dev.reliability.sample.logging;

import dev.reliability.core.circuitbreaker.CircuitBreakers;
import dev.reliability.core.circuitbreaker.State;
import dev.reliability.core.circuitbreaker.Transition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** A line in the log for each change of a circuit breaker. */
public final class BreakerEvents {
    private static final Logger log = LoggerFactory.getLogger(BreakerEvents.class);

    private BreakerEvents() {}

    /** Tells of all breakers from now on. */
    public static void logAll(CircuitBreakers breakers) {
        breakers.onTransition(BreakerEvents::tell);
    }

    private static void tell(Transition transition) {
        log.atLevel(transition.to() == State.OPEN ? Level.WARN : Level.INFO)
                .addKeyValue("event", "circuit_breaker_changed")
                .addKeyValue("breaker", transition.breaker())
                .addKeyValue("from", transition.from().wireName())
                .addKeyValue("to", transition.to().wireName())
                .log(transition.reason());
    }
}
