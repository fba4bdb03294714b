package dev.reliability.health;

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
    final ManualTime time = new ManualTime();
    final CircuitBreakers breakers = new CircuitBreakers(time);
    final HealthMonitor monitor;

    VirtualMonitor(Consumer<HealthMonitorBuilder> configuration) {
        HealthMonitorBuilder builder =
                HealthMonitor.builder().time(time).circuitBreakers(breakers).executor(Runnable::run);
        configuration.accept(builder);
        monitor = builder.build();
    }

    static VirtualMonitor of(ScriptedCheck check, CheckConfig config) {
        return new VirtualMonitor(builder -> builder.check(check, config));
    }

    /** What the schedule's thread would do in this time, and then what is due at its end. */
    void pass(Duration duration) {
        long end = time.nanoTime() + duration.toNanos();
        while (true) {
            long wait = Math.max(0, monitor.tick());
            long left = end - time.nanoTime();
            if (left <= 0) {
                return;
            }
            time.advance(Duration.ofNanos(Math.min(wait, left)));
        }
    }

    void passSeconds(long seconds) {
        pass(Duration.ofSeconds(seconds));
    }

    /** What is due now. */
    void start() {
        monitor.tick();
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
