package dev.reliability.health;

import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.circuitbreaker.CircuitBreakers;
import dev.reliability.core.circuitbreaker.Permit;
import dev.reliability.core.circuitbreaker.State;
import org.jspecify.annotations.Nullable;

/** The breaker that guards what a check looks at; there may be none, or none yet. Safe for use by any thread. */
record BoundBreaker(CircuitBreakers breakers, @Nullable String name) {

    /** Whether calls do not simply pass. */
    boolean inTrouble() {
        CircuitBreaker breaker = find();
        return breaker != null && breaker.state() != State.CLOSED;
    }

    /**
     * Tells the breaker that its dependency works.
     *
     * @return a permit to prove it, to be closed by the caller; null if there is nothing to prove, or if others are
     *     about to
     */
    @Nullable Permit offerProbe() {
        CircuitBreaker breaker = find();
        if (breaker == null || breaker.state() == State.CLOSED) {
            return null;
        }
        breaker.tryHalfOpen();
        return breaker.tryAcquire();
    }

    private @Nullable CircuitBreaker find() {
        return name == null ? null : breakers.find(name).orElse(null);
    }
}
