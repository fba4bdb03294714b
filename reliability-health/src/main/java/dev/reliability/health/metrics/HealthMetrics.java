package dev.reliability.health.metrics;

import dev.reliability.core.health.ComponentHealth;
import dev.reliability.core.health.HealthReport;
import dev.reliability.core.health.HealthStatus;
import dev.reliability.health.HealthMonitor;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;

/**
 * Health as gauges, one for each status, 1 for the one that is and 0 for the others (a state set, as Prometheus users
 * know it):
 *
 * <ul>
 *   <li>{@code reliability.health.component.status}, tags {@code component} and {@code status}: every check;
 *   <li>{@code reliability.health.group.status}, tags {@code group} and {@code status}: every group.
 * </ul>
 *
 * <p>An alarm for a failing component is {@code reliability_health_component_status{status="unhealthy"} == 1}.
 */
public final class HealthMetrics implements MeterBinder {
    private static final String COMPONENT_STATUS = "reliability.health.component.status";
    private static final String GROUP_STATUS = "reliability.health.group.status";

    private final HealthMonitor monitor;

    public HealthMetrics(HealthMonitor monitor) {
        this.monitor = Objects.requireNonNull(monitor, "monitor");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (HealthStatus status : HealthStatus.values()) {
            for (ComponentHealth component : monitor.components()) {
                String name = component.name();
                Gauge.builder(COMPONENT_STATUS, () -> oneIf(statusOfComponent(name) == status))
                        .description("1 if the component has this status, else 0")
                        .tag("component", name)
                        .tag("status", status.wireName())
                        .register(registry);
            }
            for (String group : monitor.groups()) {
                Gauge.builder(GROUP_STATUS, () -> oneIf(statusOfGroup(group) == status))
                        .description("1 if the group has this status, else 0")
                        .tag("group", group)
                        .tag("status", status.wireName())
                        .register(registry);
            }
        }
    }

    private HealthStatus statusOfComponent(String name) {
        return monitor.components().stream()
                .filter(component -> component.name().equals(name))
                .map(component -> component.health().status())
                .findFirst()
                .orElse(HealthStatus.UNHEALTHY);
    }

    private HealthStatus statusOfGroup(String group) {
        return monitor.report(group).map(HealthReport::status).orElse(HealthStatus.UNHEALTHY);
    }

    private static double oneIf(boolean condition) {
        return condition ? 1 : 0;
    }
}
