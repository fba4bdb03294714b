package dev.reliability.health;

import dev.reliability.core.health.ComponentHealth;
import dev.reliability.core.health.HealthReport;
import dev.reliability.core.health.HealthStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Components that are reported together. */
record Group(List<Component> components) {
    Group {
        components = List.copyOf(components);
    }

    HealthReport report(Instant now, Duration uptime) {
        HealthStatus status = HealthStatus.HEALTHY;
        List<ComponentHealth> looks = new ArrayList<>(components.size());
        for (Component component : components) {
            ComponentHealth look = component.look();
            looks.add(look);
            status = status.worse(weigh(look.health().status(), component.critical()));
        }
        return new HealthReport(status, now, looks, uptime);
    }

    private static HealthStatus weigh(HealthStatus status, boolean critical) {
        return status == HealthStatus.UNHEALTHY && !critical ? HealthStatus.DEGRADED : status;
    }
}
