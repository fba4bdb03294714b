package dev.reliability.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.circuitbreaker.CircuitBreakers;
import dev.reliability.core.health.ComponentHealth;
import dev.reliability.core.health.HealthMessages;
import dev.reliability.core.health.HealthStatus;
import dev.reliability.core.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A monitor in virtual time: checks run on the test's thread, and the schedule moves only when the test says so. A check
 * that hangs is one that lets time pass while it runs.
 */
final class VirtualMonitor {
    private static final long A_LIFE = Duration.ofDays(1000).toNanos();

    final ManualTime time = new ManualTime();
    final CircuitBreakers breakers = new CircuitBreakers(time);
    final HealthMonitor monitor;
    private long nextTick = time.nanoTime();
    private boolean ticking;

    VirtualMonitor(Consumer<HealthMonitorBuilder> configuration) {
        HealthMonitorBuilder builder =
                HealthMonitor.builder().time(time).circuitBreakers(breakers).executor(Runnable::run);
        configuration.accept(builder);
        monitor = builder.build();
    }

    static VirtualMonitor of(ScriptedCheck check, CheckConfig config) {
        return new VirtualMonitor(builder -> builder.check(check, config));
    }

    /** What the schedule's thread does in this time: it sleeps for as long as the monitor told it, as the real one. */
    void pass(Duration duration) {
        long end = time.nanoTime() + duration.toNanos();
        if (ticking) {
            // Called by a check: what it was told before that does not count anymore.
            nextTick = time.nanoTime();
        }
        int ticksInARow = 0;
        while (nextTick - end <= 0) {
            long sleep = Math.max(0, nextTick - time.nanoTime());
            time.advance(Duration.ofNanos(sleep));
            ticksInARow = sleep == 0 ? ticksInARow + 1 : 0;
            assertThat(ticksInARow).as("the schedule spins").isLessThan(100);
            tick();
        }
        time.advance(Duration.ofNanos(Math.max(0, end - time.nanoTime())));
    }

    void passSeconds(long seconds) {
        pass(Duration.ofSeconds(seconds));
    }

    /** What is due now. */
    void start() {
        tick();
    }

    private void tick() {
        boolean nested = ticking;
        ticking = true;
        try {
            long wait = monitor.tick();
            nextTick = wait == Long.MAX_VALUE ? time.nanoTime() + A_LIFE : time.nanoTime() + Math.max(0, wait);
        } finally {
            ticking = nested;
        }
    }

    ComponentHealth component(String name) {
        return monitor.components().stream()
                .filter(component -> component.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    HealthStatus status(String name) {
        return component(name).health().status();
    }

    String chinese(String name) {
        return HealthMessages.of("zh-CN").text(component(name).health().message());
    }

    /** A user's call that fails. */
    static void failOnce(CircuitBreaker breaker) {
        Throwable unused = catchThrowable(() -> breaker.execute(() -> {
            throw new IOException("down");
        }));
    }
}
