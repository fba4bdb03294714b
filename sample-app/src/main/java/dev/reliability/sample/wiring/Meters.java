package dev.reliability.sample.wiring;

import dev.reliability.backup.metrics.BackupMetrics;
import dev.reliability.core.circuitbreaker.CircuitBreakers;
import dev.reliability.health.HealthMonitor;
import dev.reliability.health.metrics.CircuitBreakerMetrics;
import dev.reliability.health.metrics.HealthMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** What Prometheus can scrape. */
final class Meters {
    private Meters() {}

    /** A registry with the meters of the JVM and the process. */
    static PrometheusMeterRegistry forProcess(Closing closing) {
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        closing.add("meters", meters::close);
        new ClassLoaderMetrics().bindTo(meters);
        new JvmMemoryMetrics().bindTo(meters);
        closing.later("gc meters", new JvmGcMetrics()).bindTo(meters);
        new JvmThreadMetrics().bindTo(meters);
        new ProcessorMetrics().bindTo(meters);
        new UptimeMetrics().bindTo(meters);
        new FileDescriptorMetrics().bindTo(meters);
        return meters;
    }

    /** Adds ours: breakers, health and backups. */
    static void bind(MeterRegistry meters, CircuitBreakers breakers, HealthMonitor monitor, BackupMetrics backups) {
        new CircuitBreakerMetrics(breakers).bindTo(meters);
        new HealthMetrics(monitor).bindTo(meters);
        backups.bindTo(meters);
    }
}
