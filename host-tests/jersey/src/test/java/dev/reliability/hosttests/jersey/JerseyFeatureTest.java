package dev.reliability.hosttests.jersey;

import dev.reliability.hosttests.Call;
import dev.reliability.hosttests.HostContract;
import dev.reliability.jaxrs.ReliabilityFeature;
import org.glassfish.jersey.server.ResourceConfig;
import org.junit.jupiter.api.Test;

/** The short way, on Jersey. */
class JerseyFeatureTest extends HostContract implements OnJersey {
    @Test
    void feature_mountsEverything() {
        ResourceConfig application =
                new ResourceConfig().register(new ReliabilityFeature(standard().build()));

        try (Running running = start(application, "")) {
            Call.to(running, "GET", "/health").send().has(200);
            Call.to(running, "GET", "/api/v1/backup/list").send().has(401);
            Call.to(running, "GET", "/api/v1/backup/list")
                    .token(token("backup:read"))
                    .send()
                    .has(200);
        }
    }
}
