package example;

import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.health.HealthJson;
import dev.reliability.core.health.HealthMessages;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.health.HealthMonitor;
import dev.reliability.health.checks.StorageHealthCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Watches a folder, and calls something through a circuit breaker. */
public final class PlainProgram implements AutoCloseable {
    private final HealthMonitor monitor;
    private final CircuitBreaker breaker;

    public PlainProgram(Path folder) throws IOException {
        monitor = HealthMonitor.builder()
                .check(new StorageHealthCheck(LocalObjectStore.open(folder)))
                .build();
        breaker = monitor.getCircuitBreaker("database", 5, Duration.ofSeconds(30));
        monitor.start();
    }

    /** What a probe of one's own making would answer. */
    public String health() {
        return HealthJson.render(monitor.health(), HealthMessages.of("en"));
    }

    /** Calls something that may be down. */
    public void call(Runnable ping) throws Exception {
        breaker.execute(ping::run);
    }

    @Override
    public void close() {
        monitor.close();
    }
}
