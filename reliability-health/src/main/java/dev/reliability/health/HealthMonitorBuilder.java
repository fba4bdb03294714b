package dev.reliability.health;

import dev.reliability.core.circuitbreaker.CircuitBreakers;
import dev.reliability.core.health.HealthCheck;
import dev.reliability.core.health.Message;
import dev.reliability.core.time.TimeSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Configures a {@link HealthMonitor}. Not safe for use by several threads. */
public final class HealthMonitorBuilder {
    private static final Pattern CHECK_NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");
    private static final Pattern GROUP_NAME = Pattern.compile("[a-z][a-z0-9_-]{0,63}");
    private static final Set<String> TAKEN_NAMES = Set.of("started", "draining", "live");

    record Added(HealthCheck check, Message failureMessage, CheckConfig config) {}

    final Map<String, Added> checks = new LinkedHashMap<>();
    final Map<String, Set<String>> groups = new LinkedHashMap<>();
    TimeSource time = TimeSource.system();

    @Nullable CircuitBreakers circuitBreakers;

    @Nullable Executor executor;

    private final List<String> faults = new ArrayList<>();

    HealthMonitorBuilder() {}

    /** Where time comes from; by default the machine's own clocks. */
    public HealthMonitorBuilder time(TimeSource source) {
        time = Objects.requireNonNull(source, "source");
        return this;
    }

    /** The breakers that the monitor reports, heals and makes; by default new ones. */
    public HealthMonitorBuilder circuitBreakers(CircuitBreakers breakers) {
        circuitBreakers = Objects.requireNonNull(breakers, "breakers");
        return this;
    }

    /**
     * The threads that checks run on; by default each run has one of its own, {@code health-check-<name>}. A run's time
     * also passes while it waits for a thread, so there should be one for each check; a check that is late is
     * interrupted. The monitor does not close it.
     */
    public HealthMonitorBuilder executor(Executor threads) {
        executor = Objects.requireNonNull(threads, "threads");
        return this;
    }

    /** Adds a check with {@link CheckConfig#defaults()}. */
    public HealthMonitorBuilder check(HealthCheck check) {
        return check(check, CheckConfig.defaults());
    }

    /** Adds a check; components are reported in the order of adding. */
    public HealthMonitorBuilder check(HealthCheck check, CheckConfig config) {
        Objects.requireNonNull(config, "config");
        String name = check.name();
        if (!CHECK_NAME.matcher(name).matches() || TAKEN_NAMES.contains(name)) {
            faults.add("check '" + name + "': its name must match " + CHECK_NAME + " and be none of "
                    + TAKEN_NAMES.stream().sorted().toList());
        }
        if (checks.putIfAbsent(name, new Added(check, check.failureMessage(), config)) != null) {
            faults.add("check '" + name + "' is added twice");
        }
        return this;
    }

    /**
     * Adds checks to a group of this name. For {@code ready}, {@code startup} and {@code live} they come after what the
     * monitor itself has there; for {@code health} they are the group, instead of all checks; every other name makes a
     * group of the embedder's own.
     *
     * @param name 1 to 64 lower-case letters, digits, {@code -} and {@code _}, beginning with a letter
     * @param checkNames names of checks that are added to this builder, before or after this call
     */
    public HealthMonitorBuilder group(String name, String... checkNames) {
        if (!GROUP_NAME.matcher(name).matches()) {
            faults.add("group '" + name + "': its name must match " + GROUP_NAME);
        }
        groups.computeIfAbsent(name, made -> new LinkedHashSet<>()).addAll(List.of(checkNames));
        return this;
    }

    /**
     * The monitor; it does nothing before {@link HealthMonitor#start}.
     *
     * @throws IllegalArgumentException naming every fault
     */
    public HealthMonitor build() {
        List<String> all = new ArrayList<>(faults);
        groups.forEach((group, members) -> members.stream()
                .filter(member -> !checks.containsKey(member))
                .forEach(member -> all.add("group '" + group + "': there is no check '" + member + "', only "
                        + checks.keySet().stream().sorted().toList())));
        if (!all.isEmpty()) {
            throw new IllegalArgumentException("health monitor: " + String.join("; ", all));
        }
        return new HealthMonitor(this);
    }
}
