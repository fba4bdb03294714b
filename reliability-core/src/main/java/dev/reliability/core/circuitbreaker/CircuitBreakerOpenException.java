package dev.reliability.core.circuitbreaker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The breaker rejected the call; it was not made. One instance without a stack trace, cause or suppressed exceptions
 * serves all of a breaker's rejections, as they must cost nothing when a dependency is down. Immutable.
 */
public final class CircuitBreakerOpenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final transient @Nullable DefaultCircuitBreaker breaker;

    CircuitBreakerOpenException(DefaultCircuitBreaker breaker) {
        super(
                "circuit breaker '" + breaker.name() + "' lets no calls through at the moment, as what it protects"
                        + " failed; it tries again by itself",
                null,
                false,
                false);
        this.name = breaker.name();
        this.breaker = breaker;
    }

    /** The breaker's name. */
    public String name() {
        return name;
    }

    /**
     * For how long, from now on, every call will be rejected; zero if one may be tried at once. For {@code
     * Retry-After}. Zero also in another process, to which this was sent.
     */
    public Duration retryAfter() {
        return breaker == null ? Duration.ZERO : breaker.retryAfter();
    }
}
