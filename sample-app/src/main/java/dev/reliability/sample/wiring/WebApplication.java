package dev.reliability.sample.wiring;

import dev.reliability.core.backup.BackupService;
import dev.reliability.core.health.HealthService;
import dev.reliability.core.time.TimeSource;
import dev.reliability.jaxrs.ReliabilityApi;
import dev.reliability.jaxrs.security.JwtFilter;
import dev.reliability.sample.configuration.Configuration;
import dev.reliability.sample.documents.DocumentModule;
import dev.reliability.sample.http.MetricsResource;
import dev.reliability.sample.http.ReadOnAfterRefusal;
import dev.reliability.sample.http.RequestMetrics;
import dev.reliability.sample.web.WebPage;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.HashSet;
import java.util.Set;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.server.ServerProperties;

/** All that answers on the port of the API. */
final class WebApplication {
    private WebApplication() {}

    /** The toolkit's endpoints; to be closed before the server is. */
    static ReliabilityApi api(Configuration configuration, HealthService health, BackupService backups) {
        return ReliabilityApi.builder()
                .health(health)
                .backups(backups)
                .hostAuthentication()
                .language(configuration.health().language())
                .problemsForAll()
                .build();
    }

    static ResourceConfig of(
            Configuration configuration,
            ReliabilityApi api,
            DocumentModule documents,
            PrometheusMeterRegistry meters,
            TimeSource time) {
        Set<Object> components = new HashSet<>(api.singletons());
        components.add(
                new JwtFilter(configuration.tokens().verifier().time(time).build()));
        components.addAll(documents.components());
        components.add(new MetricsResource(meters, configuration.server().metricsPublic()));
        components.add(new RequestMetrics(meters, time));
        components.add(new ReadOnAfterRefusal(time));
        components.add(new WebPage());
        return new ResourceConfig()
                .registerInstances(components)
                .property(ServerProperties.WADL_FEATURE_DISABLE, true)
                .property(ServerProperties.FEATURE_AUTO_DISCOVERY_DISABLE, true);
    }
}
