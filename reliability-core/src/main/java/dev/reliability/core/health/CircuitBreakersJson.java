package dev.reliability.core.health;

import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.circuitbreaker.CircuitBreakerConfig.Window;
import dev.reliability.core.circuitbreaker.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;

/**
 * Circuit breakers as JSON: {@code {"count": 1, "circuit_breakers": [{"name": "database", "state": "closed", …}]}}.
 * Compact; to be sent as UTF-8. The names of the fields are those of {@link Snapshot}; {@code open_duration} is as in
 * {@link GoDuration}; {@code last_transition} and {@code reason} are null until the first transition; {@code
 * retry_after_seconds} is rounded up. A window that counts the last calls has {@code failure_rate_threshold}, {@code
 * window_size} and {@code minimum_calls} in place of {@code failure_threshold}.
 */
public final class CircuitBreakersJson {
    private CircuitBreakersJson() {}

    /** Renders a snapshot of each, in their order. */
    public static String render(Collection<CircuitBreaker> breakers) {
        JsonText json = new JsonText();
        json.beginObject();
        json.name("count").value(breakers.size());
        json.name("circuit_breakers").beginArray();
        for (CircuitBreaker breaker : breakers) {
            write(json, breaker.snapshot());
        }
        return json.endArray().endObject().toString();
    }

    private static void write(JsonText json, Snapshot snapshot) {
        json.beginObject();
        json.name("name").value(snapshot.name());
        json.name("state").value(snapshot.state().wireName());
        json.name("consecutive_failures").value(snapshot.consecutiveFailures());
        json.name("window_calls").value(snapshot.windowCalls());
        json.name("window_failures").value(snapshot.windowFailures());
        json.name("in_flight").value(snapshot.inFlight());
        json.name("successes").value(snapshot.successes());
        json.name("failures").value(snapshot.failures());
        json.name("rejected").value(snapshot.rejected());
        write(json, snapshot.config().window());
        json.name("open_duration").value(GoDuration.format(snapshot.config().openDuration()));
        Instant lastTransition = snapshot.lastTransition();
        json.name("last_transition").value(lastTransition == null ? null : HealthJson.time(lastTransition));
        json.name("reason").value(snapshot.reason());
        json.name("retry_after_seconds").value(secondsRoundedUp(snapshot.retryAfter()));
        json.endObject();
    }

    private static void write(JsonText json, Window window) {
        if (window instanceof Window.Consecutive consecutive) {
            json.name("failure_threshold").value(consecutive.failures());
        } else if (window instanceof Window.Count count) {
            json.name("failure_rate_threshold").value(count.failureRate());
            json.name("window_size").value(count.size());
            json.name("minimum_calls").value(count.minimumCalls());
        }
    }

    private static long secondsRoundedUp(Duration duration) {
        return duration.plusSeconds(1).minusNanos(1).toSeconds();
    }
}
