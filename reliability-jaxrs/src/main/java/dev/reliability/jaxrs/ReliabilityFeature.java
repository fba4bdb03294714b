package dev.reliability.jaxrs;

import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;
import java.util.Objects;

/**
 * The short way on hosts that mount resources from a Feature, as Jersey does: {@code resourceConfig.register(new
 * ReliabilityFeature(api))}. RESTEasy ignores resources from a Feature and answers 404; there, and everywhere, {@link
 * ReliabilityApi#singletons()} works.
 */
public final class ReliabilityFeature implements Feature {
    private final ReliabilityApi api;

    public ReliabilityFeature(ReliabilityApi api) {
        this.api = Objects.requireNonNull(api, "api");
    }

    @Override
    public boolean configure(FeatureContext context) {
        api.singletons().forEach(context::register);
        return true;
    }
}
