package dev.reliability.core.health;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What a probe answers.
 *
 * @param status of the group as a whole; a failing check that is not critical makes it degraded, not unhealthy
 * @param timestamp when the report was made
 * @param components the group's checks in their order
 * @param uptime how long the service has been up
 */
public record HealthReport(HealthStatus status, Instant timestamp, List<ComponentHealth> components, Duration uptime) {
    public HealthReport {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(timestamp, "timestamp");
        Objects.requireNonNull(uptime, "uptime");
        components = List.copyOf(components);
    }

    /** 200 for healthy and degraded, 503 for unhealthy. */
    public int httpStatus() {
        return status == HealthStatus.UNHEALTHY ? 503 : 200;
    }
}
