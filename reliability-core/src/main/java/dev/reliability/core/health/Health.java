package dev.reliability.core.health;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The answer of a {@link HealthCheck}.
 *
 * @param status how the component is
 * @param message one sentence for everybody, without secrets, host names or exception texts
 * @param details for whoever shows a token: strings, numbers, booleans; copied, in the given order
 */
public record Health(HealthStatus status, Message message, Map<String, Object> details) {
    public Health {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(message, "message");
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    /** It works. */
    public static Health healthy(Message message) {
        return new Health(HealthStatus.HEALTHY, message, Map.of());
    }

    /** It works, but somebody should look at it. */
    public static Health degraded(Message message) {
        return new Health(HealthStatus.DEGRADED, message, Map.of());
    }

    /** It does not work. */
    public static Health unhealthy(Message message) {
        return new Health(HealthStatus.UNHEALTHY, message, Map.of());
    }

    /** The same with one more detail; the value is a string, a number or a boolean. */
    public Health with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(details);
        more.put(name, value);
        return new Health(status, message, more);
    }
}
