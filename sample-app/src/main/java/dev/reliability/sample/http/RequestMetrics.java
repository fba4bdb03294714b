package dev.reliability.sample.http;

import dev.reliability.core.time.TimeSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.glassfish.jersey.server.ContainerResponse;
import org.glassfish.jersey.server.ExtendedUriInfo;
import org.glassfish.jersey.server.monitoring.ApplicationEvent;
import org.glassfish.jersey.server.monitoring.ApplicationEventListener;
import org.glassfish.jersey.server.monitoring.RequestEvent;
import org.glassfish.jersey.server.monitoring.RequestEventListener;
import org.glassfish.jersey.uri.UriTemplate;

/**
 * How long requests take: {@code http.server.requests} with the tags {@code method}, {@code uri} (the template, so that
 * ids make no new series) and {@code status}, and how many are running: {@code http.server.requests.active}.
 */
@Provider
public final class RequestMetrics implements ApplicationEventListener {
    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH");

    private final MeterRegistry meters;
    private final TimeSource time;
    private final AtomicInteger active;

    public RequestMetrics(MeterRegistry meters, TimeSource time) {
        this.meters = meters;
        this.time = time;
        this.active = meters.gauge("http.server.requests.active", new AtomicInteger());
    }

    @Override
    public void onEvent(ApplicationEvent event) {
        // Requests only.
    }

    @Override
    public RequestEventListener onRequest(RequestEvent begun) {
        long start = time.nanoTime();
        active.incrementAndGet();
        return event -> {
            if (event.getType() == RequestEvent.Type.FINISHED) {
                active.decrementAndGet();
                Timer.builder("http.server.requests")
                        .description("requests by method, path and status")
                        .tag("method", method(event))
                        .tag("uri", template(event.getUriInfo()))
                        .tag("status", status(event.getContainerResponse()))
                        .register(meters)
                        .record(time.since(start));
            }
        };
    }

    private static String method(RequestEvent event) {
        String method = event.getContainerRequest().getMethod();
        return METHODS.contains(method) ? method : "other";
    }

    private static String template(ExtendedUriInfo uri) {
        List<UriTemplate> templates = uri.getMatchedTemplates();
        if (templates.isEmpty()) {
            return "unmatched";
        }
        StringBuilder path = new StringBuilder();
        for (UriTemplate template : templates) {
            path.insert(0, template.getTemplate());
        }
        return path.toString().replaceAll("/{2,}", "/");
    }

    private static String status(ContainerResponse response) {
        return response == null ? "none" : String.valueOf(response.getStatus());
    }
}
