package dev.reliability.core.circuitbreaker;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A breaker at one moment.
 *
 * @param name the breaker's name
 * @param state its state
 * @param config the configuration in force
 * @param consecutiveFailures failures since the last success
 * @param windowCalls results in the window that decides
 * @param windowFailures failures among them
 * @param inFlight calls that have a permit and no result yet
 * @param successes all successes since it was made
 * @param failures all counted failures since it was made
 * @param rejected all calls rejected since it was made
 * @param lastTransition when it came into this state; null if it never changed
 * @param reason what decided the last transition; null if it never changed
 * @param retryAfter how long until a call may pass; zero if one may now
 */
public record Snapshot(
        String name,
        State state,
        CircuitBreakerConfig config,
        int consecutiveFailures,
        int windowCalls,
        int windowFailures,
        long inFlight,
        long successes,
        long failures,
        long rejected,
        @Nullable Instant lastTransition,
        @Nullable String reason,
        Duration retryAfter) {}
