package dev.reliability.health.metrics;

import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.circuitbreaker.CircuitBreakers;
import dev.reliability.core.circuitbreaker.Snapshot;
import dev.reliability.core.circuitbreaker.State;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * Circuit breakers as meters, also of breakers that are made later; all with the tag {@code name}:
 *
 * <ul>
 *   <li>{@code reliability.circuitbreaker.state}, tag {@code state}: a gauge for each state, 1 for the one it is in and
 *       0 for the others;
 *   <li>{@code reliability.circuitbreaker.calls}, tag {@code kind} ({@code successful}, {@code failed}, {@code
 *       rejected}): a counter;
 *   <li>{@code reliability.circuitbreaker.in.flight}: a gauge of the calls that have not ended;
 *   <li>{@code reliability.circuitbreaker.opened}: a counter of how often it opened since it was bound.
 * </ul>
 *
 * <p>Bound once to each registry, for as long as the breakers live.
 */
public final class CircuitBreakerMetrics implements MeterBinder {
    private static final String PREFIX = "reliability.circuitbreaker.";
    private static final String CALLS = "calls";
    private static final String NAME = "name";

    private final CircuitBreakers breakers;

    public CircuitBreakerMetrics(CircuitBreakers breakers) {
        this.breakers = Objects.requireNonNull(breakers, "breakers");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        breakers.onMade(breaker -> bind(breaker, registry));
    }

    private static void bind(CircuitBreaker breaker, MeterRegistry registry) {
        for (State state : State.values()) {
            Gauge.builder(PREFIX + "state", breaker, current -> current.state() == state ? 1 : 0)
                    .description("1 if the circuit breaker is in this state, else 0")
                    .tag(NAME, breaker.name())
                    .tag("state", state.wireName())
                    .strongReference(true)
                    .register(registry);
        }
        Map<String, ToDoubleFunction<Snapshot>> kinds = Map.of(
                "successful", Snapshot::successes,
                "failed", Snapshot::failures,
                "rejected", Snapshot::rejected);
        kinds.forEach((kind, count) -> FunctionCounter.builder(
                        PREFIX + CALLS, breaker, current -> count.applyAsDouble(current.snapshot()))
                .description("calls through the circuit breaker by how they ended")
                .baseUnit(CALLS)
                .tag(NAME, breaker.name())
                .tag("kind", kind)
                .register(registry));
        Gauge.builder(
                        PREFIX + "in.flight",
                        breaker,
                        current -> current.snapshot().inFlight())
                .description("calls that were let through and have not ended")
                .baseUnit(CALLS)
                .tag(NAME, breaker.name())
                .strongReference(true)
                .register(registry);
        Counter opened = Counter.builder(PREFIX + "opened")
                .description("how often the circuit breaker opened")
                .tag(NAME, breaker.name())
                .register(registry);
        breaker.onTransition(transition -> {
            if (transition.to() == State.OPEN) {
                opened.increment();
            }
        });
    }
}
