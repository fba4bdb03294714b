package dev.reliability.core.health;

import java.util.Locale;

/** How well something is, from best to worst. */
public enum HealthStatus {
    /** It does its work. */
    HEALTHY,
    /** It does its work, but somebody should look at it. */
    DEGRADED,
    /** It does not do its work. */
    UNHEALTHY;

    /** The name in JSON and metrics: {@code healthy}, {@code degraded}, {@code unhealthy}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The worse of the two. */
    public HealthStatus worse(HealthStatus other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
