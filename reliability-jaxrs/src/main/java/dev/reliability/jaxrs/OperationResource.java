package dev.reliability.jaxrs;

import static dev.reliability.jaxrs.Parameters.quoted;
import static dev.reliability.jaxrs.Parameters.refused;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupService;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.jaxrs.problem.Problem;
import dev.reliability.jaxrs.problem.ProblemException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * {@code /api/v1/backup/operations/{operation}…}: what runs or ran, in any process that shares the repository. Checked in
 * the order of {@link BackupResource}. Made by {@link ReliabilityApi}.
 */
@Endpoint
@Path(OperationResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
public final class OperationResource {
    static final String PATH = BackupResource.PATH + "/operations";

    // Of any service: what can be one segment of a path, and is no path itself.
    private static final Pattern OPERATION_ID = Pattern.compile("(?!\\.+$)[^/\\\\\\p{Cntrl}]{1,200}");

    private final BackupService backups;
    private final EventStreams streams;

    OperationResource(BackupService backups, EventStreams streams) {
        this.backups = backups;
        this.streams = streams;
    }

    /** What is answered to whoever began an operation: 202, the operation, and where it is followed. */
    static Response accepted(OperationStatus operation) {
        // Relative on purpose: the host resolves it against its own base, wherever the application is mounted.
        URI location = URI.create(PATH + "/" + encoded(operation.id()));
        return Response.accepted(new BackupBodies.Operation(operation))
                .location(location)
                .build();
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** One operation, of any process that shares the repository. */
    @GET
    @Path("{operation}")
    public Response operation(
            @PathParam("operation") String operation,
            @Context SecurityContext security,
            @Context UriInfo uri,
            @Context HttpHeaders headers) {
        return Access.READ.answer(security, caller -> {
            checkOperationId(operation);
            new Parameters(uri, headers, Set.of());
            return Response.ok(new BackupBodies.Operation(known(operation))).build();
        });
    }

    /** How an operation goes on, as server-sent events. */
    @GET
    @Path("{operation}/events")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Response events(
            @PathParam("operation") String operation,
            @Context SecurityContext security,
            @Context UriInfo uri,
            @Context HttpHeaders headers,
            @Context Request request) {
        return Access.READ.answer(security, caller -> {
            checkOperationId(operation);
            new Parameters(uri, headers, Set.of());
            OperationStatus status = known(operation);
            if (status.status().ended() && OperationEvents.LAST_ID.equals(headers.getHeaderString("Last-Event-ID"))) {
                // A browser's EventSource comes back for ever, unless it is told that there is nothing more.
                return Response.noContent().build();
            }
            Response.ResponseBuilder answer =
                    Response.ok().type(MediaType.SERVER_SENT_EVENTS_TYPE).header("X-Accel-Buffering", "no");
            // HEAD is answered from here too, and nobody would write its body and so free its place.
            return request.getMethod().equals(HttpMethod.HEAD)
                    ? answer.build()
                    : answer.entity(stream(operation)).build();
        });
    }

    private OperationEvents stream(String operation) {
        EventStreams.Place place = streams.take()
                .orElseThrow(() -> Problem.of(
                                429,
                                "too_many_requests",
                                "All " + EventStreams.MOST + " event streams are taken; ask for the operation itself,"
                                        + " or try again later.")
                        .toException());
        try {
            return new OperationEvents(place, backups.watch(operation, place::offer));
        } catch (RuntimeException notWatched) {
            place.close();
            throw notWatched;
        }
    }

    /** Asks an operation to end: 202, or 409 if it is too late. Who may begin one may cancel it. */
    @POST
    @Path("{operation}/cancel")
    public Response cancel(
            @PathParam("operation") String operation,
            @Context SecurityContext security,
            @Context UriInfo uri,
            @Context HttpHeaders headers) {
        return Access.anyOf(security, List.of(Access.WRITE, Access.RESTORE), caller -> {
            checkOperationId(operation);
            new Parameters(uri, headers, Set.of());
            OperationStatus status = known(operation);
            return asItsStart(status.kind()).answer(security, starter -> {
                if (!backups.cancel(operation, starter)) {
                    throw notCancelled(known(operation));
                }
                return accepted(known(operation));
            });
        });
    }

    /** Begins to undo a restore: 202 and the operation that does it. */
    @POST
    @Path("{operation}/undo")
    public Response undo(
            @PathParam("operation") String operation,
            @Context SecurityContext security,
            @Context UriInfo uri,
            @Context HttpHeaders headers) {
        return Access.RESTORE.answer(security, caller -> {
            checkOperationId(operation);
            new Parameters(uri, headers, Set.of());
            return accepted(backups.undo(operation, caller));
        });
    }

    private static Access asItsStart(OperationStatus.Kind kind) {
        return kind.replacesLive() ? Access.RESTORE : Access.WRITE;
    }

    private static ProblemException notCancelled(OperationStatus status) {
        String reason;
        if (status.status().ended()) {
            reason = "it has ended: " + status.status().wireName();
        } else if (status.kind() == OperationStatus.Kind.CLEANUP) {
            reason = "a clean-up is finished once it has begun; it does not take long";
        } else {
            reason = "it is past the point from which it can only be finished";
        }
        return Problem.of(
                        409, "not_cancelled", "Operation " + quoted(status.id()) + " is not cancelled: " + reason + ".")
                .withOperation(status.id())
                .withReasons(List.of(reason))
                .toException();
    }

    private OperationStatus known(String operation) {
        return backups.operation(operation)
                .orElseThrow(() -> new BackupException.NotFound("There is no operation " + quoted(operation) + "."));
    }

    private static void checkOperationId(String operation) {
        if (!OPERATION_ID.matcher(operation).matches()) {
            throw refused("malformed_id", quoted(operation) + " is not the id of an operation.");
        }
    }
}
