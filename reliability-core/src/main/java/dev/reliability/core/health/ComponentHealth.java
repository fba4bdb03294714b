package dev.reliability.core.health;

import java.time.Instant;
import java.util.Objects;

/**
 * One component of a report.
 *
 * @param name the check's name
 * @param health its last answer, or that there is none
 * @param timestamp when that was found out
 */
public record ComponentHealth(String name, Health health, Instant timestamp) {
    public ComponentHealth {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(health, "health");
        Objects.requireNonNull(timestamp, "timestamp");
    }
}
