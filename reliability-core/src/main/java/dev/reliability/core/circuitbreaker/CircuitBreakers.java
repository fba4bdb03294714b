package dev.reliability.core.circuitbreaker;

import dev.reliability.core.circuitbreaker.CircuitBreaker.Registration;
import dev.reliability.core.time.TimeSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The breakers of an application by their names: one of each. Safe for use by any thread; a breaker that exists is
 * found without a lock. Breakers stay for as long as this does.
 */
public final class CircuitBreakers {
    private final TimeSource time;
    private final Listeners<Transition> transitionListeners = new Listeners<>();
    private final Listeners<CircuitBreaker> madeListeners = new Listeners<>();

    /** Replaced as a whole, by one thread at a time, when a breaker is made; in the order of making. */
    private volatile Map<String, Made> made = Map.of();

    private record Made(CircuitBreaker breaker, CircuitBreakerConfig asked) {}

    /** None yet, on the machine's own clocks. */
    public CircuitBreakers() {
        this(TimeSource.system());
    }

    /** None yet; the time of all that are made comes from here. */
    public CircuitBreakers(TimeSource time) {
        this.time = Objects.requireNonNull(time, "time");
    }

    /**
     * The breaker of this name, made at the first call. Every later call from any thread gets the same one, also after
     * it was {@link CircuitBreaker#reconfigure reconfigured}: what is asked for is compared with what was asked first.
     *
     * @param name as for {@link CircuitBreaker#of(String, CircuitBreakerConfig)}
     * @throws IllegalArgumentException if the name is malformed, or if the breaker was made with another configuration:
     *     the message has both
     */
    public CircuitBreaker get(String name, CircuitBreakerConfig config) {
        Objects.requireNonNull(config, "config");
        Made existing = made.get(name);
        if (existing == null) {
            existing = make(name, config);
        }
        if (!existing.asked().equals(config)) {
            throw new IllegalArgumentException("circuit breaker '" + name + "' was made with (" + existing.asked()
                    + ") and is asked for with (" + config
                    + "): ask for the same, use another name, or reconfigure it");
        }
        return existing.breaker();
    }

    private synchronized Made make(String name, CircuitBreakerConfig config) {
        Made existing = made.get(name);
        if (existing != null) {
            return existing;
        }
        CircuitBreaker breaker = CircuitBreaker.of(name, config, time);
        breaker.onTransition(transitionListeners::tell);
        Made one = new Made(breaker, config);
        Map<String, Made> more = new LinkedHashMap<>(made);
        more.put(name, one);
        made = more;
        madeListeners.tell(breaker);
        return one;
    }

    /** The breaker of this name, if it was made. */
    public Optional<CircuitBreaker> find(String name) {
        return Optional.ofNullable(made.get(name)).map(Made::breaker);
    }

    /** All breakers in the order of their making; a snapshot. */
    public List<CircuitBreaker> all() {
        List<CircuitBreaker> all = new ArrayList<>();
        made.values().forEach(one -> all.add(one.breaker()));
        return List.copyOf(all);
    }

    /**
     * Calls the listener for each transition of every breaker made here, now and later; for logs and metrics. For each
     * breaker it is as {@link CircuitBreaker#onTransition} says; those of different breakers may come at the same time.
     *
     * @return closes to remove the listener
     */
    public Registration onTransition(Consumer<Transition> listener) {
        return transitionListeners.add(Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Calls the listener once for each breaker: now for those that there are, in the order of their making, and for each
     * later one when it is made; for metrics. While it runs no other breaker is
     * made, so it must not wait for anything. What it throws is handled as {@link CircuitBreaker#onTransition} says.
     *
     * @return closes to remove the listener
     */
    public synchronized Registration onMade(Consumer<CircuitBreaker> listener) {
        Listeners<CircuitBreaker> newcomer = new Listeners<>();
        newcomer.add(listener);
        all().forEach(newcomer::tell);
        return madeListeners.add(listener);
    }
}
