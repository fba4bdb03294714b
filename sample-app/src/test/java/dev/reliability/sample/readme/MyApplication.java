package dev.reliability.sample.readme;

import dev.reliability.core.backup.BackupService;
import dev.reliability.core.health.HealthService;
import dev.reliability.jaxrs.ReliabilityApi;
import dev.reliability.jaxrs.security.JwtVerifier;
import jakarta.ws.rs.core.Application;
import java.util.Set;

// README
class MyApplication extends Application {
    private final Set<Object> endpoints;

    MyApplication(HealthService health, BackupService backups, String jwtSecret) {
        JwtVerifier tokens = JwtVerifier.builder().secret(jwtSecret).build();
        endpoints = ReliabilityApi.builder()
                .health(health)
                .backups(backups)
                .jwt(tokens)
                .build()
                .singletons();
    }

    @Override
    @SuppressWarnings("deprecation") // the one way that every server takes
    public Set<Object> getSingletons() {
        return endpoints;
    }
}
// end
