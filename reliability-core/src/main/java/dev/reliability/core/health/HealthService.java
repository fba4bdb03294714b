package dev.reliability.core.health;

import dev.reliability.core.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/**
 * The health of a service and its circuit breakers, answered from memory: no method runs a check or blocks. Safe for
 * use by any thread.
 */
public interface HealthService {

    /** All components: {@code GET /health}. */
    HealthReport health();

    /** Whether this process can work at all; never about a dependency: {@code GET /health/live}. */
    HealthReport live();

    /** Whether this instance should get requests: {@code GET /health/ready}. */
    HealthReport ready();

    /** Whether this instance has started: {@code GET /health/startup}. */
    HealthReport startup();

    /** The report of a group: {@code health}, {@code live}, {@code ready}, {@code startup} or one of the embedder's own; empty if unknown. */
    Optional<HealthReport> report(String group);

    /**
     * The circuit breaker of this name, made at the first call: it opens after {@code failureThreshold} consecutive
     * failures and lets a probe through after {@code openDuration}. Every later call from any thread gets the same one.
     *
     * @param failureThreshold 1 or more
     * @param openDuration more than zero
     * @throws IllegalArgumentException if a value is out of range, or if the breaker exists with other values: the
     *     message has both
     */
    CircuitBreaker getCircuitBreaker(String name, int failureThreshold, Duration openDuration);

    /** All breakers in the order of their making; a snapshot. */
    Collection<CircuitBreaker> circuitBreakers();
}
