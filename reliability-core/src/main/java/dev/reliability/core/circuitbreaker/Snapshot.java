package dev.reliability.core.circuitbreaker;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A breaker at one moment. State, configuration, window, transition and {@code retryAfter} belong together; the
 * statistics ({@code inFlight} to {@code rejected}) are exact when no call begins or ends meanwhile.
 *
 * @param name the breaker's name
 * @param state its state
 * @param config the configuration in force
 * @param consecutiveFailures failures since the last success; unless it is closed, when it opened
 * @param windowCalls results in the window that decides; unless it is closed, when it opened
 * @param windowFailures failures among them. With a consecutive window all three are equal
 * @param inFlight calls that have a permit and no result yet, of any state; a permit that is never closed stays here
 * @param successes all successes since it was made
 * @param failures all counted failures since it was made
 * @param rejected all calls rejected since it was made
 * @param lastTransition when it came into this state, by the wall clock; null if it never changed
 * @param reason what decided the last transition; null if it never changed
 * @param retryAfter for how long every call will be rejected; zero if one may pass now. A half-open breaker with all
 *     its probes in flight says zero too, as one may end at any moment
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
