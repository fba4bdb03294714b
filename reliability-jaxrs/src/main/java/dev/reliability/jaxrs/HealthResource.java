package dev.reliability.jaxrs;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reliability.core.health.CircuitBreakersJson;
import dev.reliability.core.health.HealthJson;
import dev.reliability.core.health.HealthMessages;
import dev.reliability.core.health.HealthReport;
import dev.reliability.core.health.HealthService;
import dev.reliability.jaxrs.problem.Problem;
import dev.reliability.jaxrs.problem.Problems;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * {@code /health…}, open to everybody: 200 for healthy and degraded, 503 for unhealthy, from memory. Query parameters
 * are ignored, as probes add some to get past caches. Details of components are shown to whoever is known, where the
 * application has a way to know anybody. Made by {@link ReliabilityApi}.
 */
@Endpoint
@Path(HealthResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
public final class HealthResource {
    static final String PATH = "health";

    private final HealthService health;
    private final HealthMessages messages;
    private final boolean authenticated;

    HealthResource(HealthService health, HealthMessages messages, boolean authenticated) {
        this.health = health;
        this.messages = messages;
        this.authenticated = authenticated;
    }

    /** All components. */
    @GET
    public Response health(@Context SecurityContext security, @Context HttpHeaders headers) {
        return answer(() -> report(health.health(), security, headers));
    }

    /** Whether this process can work at all. */
    @GET
    @Path("live")
    public Response live(@Context SecurityContext security, @Context HttpHeaders headers) {
        return answer(() -> report(health.live(), security, headers));
    }

    /** Whether this instance should get requests. */
    @GET
    @Path("ready")
    public Response ready(@Context SecurityContext security, @Context HttpHeaders headers) {
        return answer(() -> report(health.ready(), security, headers));
    }

    /** Whether this instance has started. */
    @GET
    @Path("startup")
    public Response startup(@Context SecurityContext security, @Context HttpHeaders headers) {
        return answer(() -> report(health.startup(), security, headers));
    }

    /** A group, by its name. */
    @GET
    @Path("groups/{name}")
    public Response group(
            @PathParam("name") String name, @Context SecurityContext security, @Context HttpHeaders headers) {
        return answer(() -> health.report(name)
                .map(report -> report(report, security, headers))
                .orElseGet(
                        () -> Problem.of(404, "not_found", "There is no health group " + Parameters.quoted(name) + ".")
                                .toResponse()));
    }

    /** The state of every circuit breaker. */
    @GET
    @Path("circuit-breakers")
    public Response circuitBreakers() {
        return answer(() -> Response.ok(new Rendered(CircuitBreakersJson.render(health.circuitBreakers())))
                .build());
    }

    private Response report(HealthReport report, SecurityContext security, HttpHeaders headers) {
        HealthMessages preferred = messages.preferredBy(headers.getHeaderString(HttpHeaders.ACCEPT_LANGUAGE));
        boolean details = authenticated && security.getUserPrincipal() != null;
        return Response.status(report.httpStatus())
                .entity(new Rendered(HealthJson.render(report, preferred, details)))
                .header(HttpHeaders.CONTENT_LANGUAGE, preferred.languageTag())
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_LANGUAGE)
                .build();
    }

    /** Gives an answer in every case, so that no mapper of the host can answer in our place. */
    private static Response answer(Supplier<Response> call) {
        try {
            return call.get();
        } catch (Throwable failure) {
            return Problems.response(failure);
        }
    }

    /** What core has rendered already. */
    private record Rendered(String text) implements JsonBody {
        @Override
        public void writeTo(JsonGenerator json) throws IOException {
            json.writeRaw(text);
        }
    }
}
