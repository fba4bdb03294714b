package dev.reliability.core.circuitbreaker;

import java.time.Duration;

/**
 * The breaker rejected the call; it was not made. One instance without a stack trace serves a breaker's rejections, as
 * they must cost nothing when a dependency is down.
 */
public final class CircuitBreakerOpenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final transient CircuitBreaker breaker;

    CircuitBreakerOpenException(CircuitBreaker breaker) {
        super("circuit breaker '" + breaker.name() + "' is not letting calls through", null, false, false);
        this.name = breaker.name();
        this.breaker = breaker;
    }

    /** The breaker's name. */
    public String name() {
        return name;
    }

    /** How long until a call may pass, by now; zero if one may be tried at once. For {@code Retry-After}. */
    public Duration retryAfter() {
        return breaker.snapshot().retryAfter();
    }
}
