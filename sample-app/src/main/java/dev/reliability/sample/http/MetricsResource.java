package dev.reliability.sample.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;

/** The scrape of Prometheus on the port of the API. */
@Path("metrics")
public final class MetricsResource {
    /** The text format of Prometheus. */
    public static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry meters;
    private final boolean open;

    /** @param open whether it needs no token */
    public MetricsResource(PrometheusMeterRegistry meters, boolean open) {
        this.meters = meters;
        this.open = open;
    }

    /** All meters now. */
    @GET
    public Response scrape(@Context SecurityContext security) {
        if (!open) {
            Access.requireToken(security);
        }
        return Response.ok(meters.scrape(), MEDIA_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }
}
