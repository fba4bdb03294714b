package dev.reliability.health;

import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.circuitbreaker.CircuitBreakerConfig;
import dev.reliability.core.circuitbreaker.CircuitBreakers;
import dev.reliability.core.health.ComponentHealth;
import dev.reliability.core.health.Health;
import dev.reliability.core.health.HealthReport;
import dev.reliability.core.health.HealthService;
import dev.reliability.core.health.HealthStatus;
import dev.reliability.core.health.Message;
import dev.reliability.core.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Runs health checks on its own schedule and answers every question from their last results.
 *
 * <pre>{@code
 * HealthMonitor health = HealthMonitor.builder()
 *         .check(new DatabaseHealthCheck(dataSource), CheckConfig.defaults().withCircuitBreaker("database"))
 *         .check(new StorageHealthCheck(store))
 *         .build();
 * health.start();
 * }</pre>
 *
 * <p>Groups: {@code health} is all checks. {@code live} is whether this process can work at all, has no components, and
 * is healthy until {@link #failLive}. {@code startup} is healthy once every check has run once. {@code ready} is
 * {@code started} and not {@code draining}: what all instances depend on is not in it, as an outage of that would take
 * every instance away. The builder adds checks to groups, and groups.
 *
 * <p>A component is unhealthy until its check has run ("not checked yet"), and when its last result is older than
 * interval and timeout together. A group is unhealthy if a critical component is; another component that is not
 * healthy makes it degraded.
 *
 * <p>Safe for use by any thread; no method waits for anything. Whoever made it closes it.
 */
public final class HealthMonitor implements HealthService, AutoCloseable {
    private static final String HEALTH = "health";
    private static final String LIVE = "live";
    private static final String READY = "ready";
    private static final String STARTUP = "startup";

    private final TimeSource time;
    private final CircuitBreakers breakers;
    private final long startedAtNanos;
    private final Map<String, MonitoredCheck> checks = new LinkedHashMap<>();
    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Switch started;
    private final Switch draining;
    private final Schedule schedule;
    private volatile @Nullable ComponentHealth lost;

    HealthMonitor(HealthMonitorBuilder builder) {
        time = builder.time;
        breakers = builder.circuitBreakers == null ? new CircuitBreakers(time) : builder.circuitBreakers;
        startedAtNanos = time.nanoTime();
        started = Switch.started(time);
        draining = Switch.draining(time);
        schedule = new Schedule("health-monitor", this::tick);
        MonitoredCheck.Threads threads = threadsOf(builder.executor);
        builder.checks.forEach((name, added) -> checks.put(
                name,
                new MonitoredCheck(
                        name,
                        added.check(),
                        added.failureMessage(),
                        added.config(),
                        time,
                        breakers,
                        threads,
                        schedule::wake)));
        groups.put(HEALTH, new Group(List.copyOf(checks.values())));
        groups.put(LIVE, new Group(List.of()));
        groups.put(READY, new Group(List.of(started, draining)));
        groups.put(STARTUP, new Group(List.of(started)));
        builder.groups.forEach(this::addGroup);
    }

    /** A monitor to be configured. */
    public static HealthMonitorBuilder builder() {
        return new HealthMonitorBuilder();
    }

    /** Begins to run the checks, all of them at once. To be called once. */
    public void start() {
        schedule.start();
    }

    /**
     * Says that the service is about to stop: {@code ready} is unhealthy from now on, so that no new requests come,
     * while those that run are finished. Calling it again does nothing.
     */
    public void drain() {
        if (draining.turn()) {
            HealthEvents.draining();
        }
    }

    /**
     * Says that this process can not work anymore and only a restart helps: {@code live} is unhealthy from now on.
     * Never for a dependency that is down, as no restart repairs that.
     *
     * @param reason for the log alone
     */
    public void failLive(String reason) {
        lost = new ComponentHealth(
                LIVE, Health.unhealthy(Message.of("live.no", "not working, needs a restart")), time.now());
        HealthEvents.notLive(reason);
    }

    @Override
    public HealthReport health() {
        return reportOf(HEALTH);
    }

    @Override
    public HealthReport live() {
        return reportOf(LIVE);
    }

    @Override
    public HealthReport ready() {
        return reportOf(READY);
    }

    @Override
    public HealthReport startup() {
        return reportOf(STARTUP);
    }

    @Override
    public Optional<HealthReport> report(String group) {
        return groups.containsKey(group) ? Optional.of(reportOf(group)) : Optional.empty();
    }

    /** The names of all groups: {@code health}, {@code live}, {@code ready}, {@code startup}, then the embedder's own. */
    public Set<String> groups() {
        return Collections.unmodifiableSet(groups.keySet());
    }

    /** Every check's component in the order of adding, in whatever groups they are. */
    public List<ComponentHealth> components() {
        return checks.values().stream().map(MonitoredCheck::look).toList();
    }

    @Override
    public CircuitBreaker getCircuitBreaker(String name, int failureThreshold, Duration openDuration) {
        CircuitBreakerConfig asked = CircuitBreakerConfig.consecutive(failureThreshold, openDuration);
        CircuitBreaker existing = breakers.find(name).orElse(null);
        if (existing != null && sameThresholds(existing.config(), asked)) {
            // It may have been made with more options than can be told here.
            return existing;
        }
        return breakers.get(name, asked);
    }

    @Override
    public Collection<CircuitBreaker> circuitBreakers() {
        return breakers.all();
    }

    /**
     * Stops the schedule and interrupts the checks that run, without waiting for them. From then on the results grow
     * old; the breakers go on.
     */
    @Override
    public void close() {
        schedule.close();
        checks.values().forEach(MonitoredCheck::close);
    }

    /** Does what is due; returns after how many nanoseconds to call it again. Called by one thread at a time. */
    long tick() {
        long wait = Long.MAX_VALUE;
        boolean allRanOnce = true;
        for (MonitoredCheck check : checks.values()) {
            wait = Math.min(wait, check.tick());
            allRanOnce &= check.hasResult();
        }
        if (allRanOnce && started.turn()) {
            HealthEvents.started();
        }
        return wait;
    }

    private HealthReport reportOf(String name) {
        Instant now = time.now();
        Duration uptime = time.since(startedAtNanos);
        ComponentHealth dead = lost;
        if (dead != null && name.equals(LIVE)) {
            return new HealthReport(HealthStatus.UNHEALTHY, now, List.of(dead), uptime);
        }
        Group group = groups.get(name);
        if (group == null) {
            throw new IllegalStateException("no group " + name);
        }
        return group.report(now, uptime);
    }

    private void addGroup(String name, Collection<String> members) {
        List<Component> components = new ArrayList<>();
        Group own = groups.get(name);
        if (own != null && !name.equals(HEALTH)) {
            components.addAll(own.components());
        }
        members.forEach(member -> components.add(Objects.requireNonNull(checks.get(member))));
        groups.put(name, new Group(components));
    }

    private static MonitoredCheck.Threads threadsOf(@Nullable Executor executor) {
        if (executor != null) {
            return (name, run) -> executor.execute(run);
        }
        return (name, run) -> {
            Thread thread = new Thread(run, "health-check-" + name);
            thread.setDaemon(true);
            thread.start();
        };
    }

    private static boolean sameThresholds(CircuitBreakerConfig one, CircuitBreakerConfig other) {
        return one.window().equals(other.window()) && one.openDuration().equals(other.openDuration());
    }
}
