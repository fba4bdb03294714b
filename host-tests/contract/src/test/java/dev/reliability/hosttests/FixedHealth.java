package dev.reliability.hosttests;

import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.circuitbreaker.CircuitBreakerConfig;
import dev.reliability.core.circuitbreaker.CircuitBreakers;
import dev.reliability.core.health.ComponentHealth;
import dev.reliability.core.health.Health;
import dev.reliability.core.health.HealthReport;
import dev.reliability.core.health.HealthService;
import dev.reliability.core.health.HealthStatus;
import dev.reliability.core.health.Message;
import dev.reliability.core.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A service whose health a test decides. */
final class FixedHealth implements HealthService {
    static final Instant NOW = Instant.parse("2026-01-03T14:00:00.5Z");

    private volatile CircuitBreakers breakers;
    private volatile Health database;
    private volatile RuntimeException failure;

    FixedHealth() {
        reset();
    }

    /** All is well, and there are no breakers. */
    final void reset() {
        database = Health.healthy(Message.of("database.ok", "database is healthy"));
        breakers = new CircuitBreakers(new ManualTime());
        failure = null;
    }

    void database(Health health) {
        this.database = health;
    }

    void failWith(RuntimeException thrown) {
        this.failure = thrown;
    }

    @Override
    public HealthReport health() {
        if (failure != null) {
            throw failure;
        }
        Health storage = Health.healthy(Message.of("storage.ok", "storage is healthy"));
        return report(
                List.of(new ComponentHealth("database", database, NOW), new ComponentHealth("storage", storage, NOW)));
    }

    @Override
    public HealthReport live() {
        return report(List.of());
    }

    @Override
    public HealthReport ready() {
        Health started = Health.healthy(Message.of("started.yes", "started"));
        return report(List.of(new ComponentHealth("started", started, NOW)));
    }

    @Override
    public HealthReport startup() {
        Health notYet = Health.unhealthy(Message.of("check.pending", "not checked yet"));
        return report(List.of(new ComponentHealth("database", notYet, NOW)));
    }

    @Override
    public Optional<HealthReport> report(String group) {
        return group.equals("reports") ? Optional.of(live()) : Optional.empty();
    }

    @Override
    public CircuitBreaker getCircuitBreaker(String name, int failureThreshold, Duration openDuration) {
        return breakers.get(name, CircuitBreakerConfig.consecutive(failureThreshold, openDuration));
    }

    @Override
    public Collection<CircuitBreaker> circuitBreakers() {
        return breakers.all();
    }

    private static HealthReport report(List<ComponentHealth> components) {
        HealthStatus worst = components.stream()
                .map(component -> component.health().status())
                .reduce(HealthStatus.HEALTHY, HealthStatus::worse);
        return new HealthReport(worst, NOW, components, Duration.ofSeconds(9045));
    }
}
