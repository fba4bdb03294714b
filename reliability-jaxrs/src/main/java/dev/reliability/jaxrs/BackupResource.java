package dev.reliability.jaxrs;

import static dev.reliability.jaxrs.Parameters.quoted;
import static dev.reliability.jaxrs.Parameters.refused;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupId;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupService;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.backup.RestoreOptions.Risk;
import dev.reliability.core.backup.VerifyLevel;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code /api/v1/backup…} over any {@link BackupService}, whose calls run on the request's thread; what they begin is
 * followed at {@link OperationResource}. Checked in this order: who asks (401), the scope (403), the request itself
 * (400), then whatever the service finds. Made by {@link ReliabilityApi}.
 */
@Endpoint
@Path(BackupResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
public final class BackupResource {
    static final String PATH = "api/v1/backup";

    // Not the words that have calls of their own: GET …/create is 405, not a question for a backup named "create".
    private static final String ONE = "{id: (?!(?:create|list|restore|operations)/?$)[^/]+}";

    private static final List<String> TYPES =
            Arrays.stream(BackupType.values()).map(BackupType::wireName).toList();
    private static final List<String> STATUSES =
            Arrays.stream(BackupStatus.values()).map(BackupStatus::wireName).toList();
    private static final List<String> MODES =
            Arrays.stream(Mode.values()).map(Mode::wireName).toList();
    private static final List<String> LEVELS = Arrays.stream(VerifyLevel.values())
            .map(level -> Integer.toString(level.number()))
            .toList();
    // An untrusted backup is not among them: its SQL would run with the service's rights, so that is for whoever has
    // the command line.
    private static final List<String> RISKS = List.of(Risk.INCOMPLETE.wireName(), Risk.SETTINGS.wireName());

    private final BackupService backups;

    BackupResource(BackupService backups) {
        this.backups = backups;
    }

    /** Begins a backup: 202 and the operation. */
    @POST
    @Path("create")
    public Response create(@Context SecurityContext security, @Context UriInfo uri, @Context HttpHeaders headers) {
        return Access.WRITE.answer(security, caller -> {
            Parameters parameters = new Parameters(uri, headers, Set.of("type"));
            BackupType type = parameters.one("type", BackupType::of, TYPES);
            if (type == null) {
                throw refused(
                        "missing_parameter",
                        "The parameter type is missing; one of: " + String.join(", ", TYPES) + ".");
            }
            return OperationResource.accepted(backups.create(type, caller));
        });
    }

    /** Lists backups, newest first. */
    @GET
    @Path("list")
    public Response list(@Context SecurityContext security, @Context UriInfo uri, @Context HttpHeaders headers) {
        return Access.READ.answer(security, caller -> {
            Parameters parameters = new Parameters(uri, headers, Set.of("type", "status", "limit"));
            BackupType type = parameters.one("type", BackupType::of, TYPES);
            Set<BackupStatus> statuses = parameters.many("status", BackupStatus::of, STATUSES);
            int limit = parameters.number("limit", 1, BackupQuery.MAX_LIMIT, BackupQuery.DEFAULT_LIMIT);
            BackupQuery query =
                    new BackupQuery(type, statuses.isEmpty() ? BackupQuery.all().statuses() : statuses, limit);
            return Response.ok(new BackupBodies.Many(backups.list(query))).build();
        });
    }

    /** One backup. */
    @GET
    @Path(ONE)
    public Response find(
            @PathParam("id") String id,
            @Context SecurityContext security,
            @Context UriInfo uri,
            @Context HttpHeaders headers) {
        return Access.READ.answer(security, caller -> {
            checkBackupId(id);
            new Parameters(uri, headers, Set.of());
            return backups.find(id)
                    .map(backup -> Response.ok(new BackupBodies.One(backup)).build())
                    .orElseThrow(() -> new BackupException.NotFound("There is no backup " + quoted(id) + "."));
        });
    }

    /** Begins a restore: 202 and the operation; with {@code dry_run} nothing, and 200 with what it would do. */
    @POST
    @Path("restore/{id}")
    public Response restore(
            @PathParam("id") String id,
            @Context SecurityContext security,
            @Context UriInfo uri,
            @Context HttpHeaders headers) {
        return Access.RESTORE.answer(security, caller -> {
            checkBackupId(id);
            Parameters parameters =
                    new Parameters(uri, headers, Set.of("mode", "read_only", "mirror", "accept", "dry_run"));
            RestoreOptions options = new RestoreOptions(
                    parameters.one("mode", Mode::of, MODES),
                    parameters.flag("read_only"),
                    parameters.flag("mirror"),
                    parameters.many("accept", BackupResource::risk, RISKS));
            return parameters.flag("dry_run")
                    ? Response.ok(new RestorePlanBody(backups.plan(id, options)))
                            .build()
                    : OperationResource.accepted(backups.restore(id, options, caller));
        });
    }

    /** A restore of nothing: a variable was empty, most likely. */
    @POST
    @Path("restore")
    public Response restoreWithoutId(@Context SecurityContext security) {
        return Access.RESTORE.answer(security, caller -> {
            throw refused("malformed_id", "The backup's id is missing: …/restore/{id}.");
        });
    }

    /** Begins to verify a backup: 202 and the operation. */
    @POST
    @Path(ONE + "/verify")
    public Response verify(
            @PathParam("id") String id,
            @Context SecurityContext security,
            @Context UriInfo uri,
            @Context HttpHeaders headers) {
        return Access.WRITE.answer(security, caller -> {
            checkBackupId(id);
            Parameters parameters = new Parameters(uri, headers, Set.of("level"));
            VerifyLevel level = parameters.one("level", VerifyLevel::of, LEVELS);
            // Not the highest one there is: a later version may know higher ones, which take far longer.
            VerifyLevel asked = level == null ? VerifyLevel.TEST_RESTORE : level;
            return OperationResource.accepted(backups.verify(id, asked, caller));
        });
    }

    /** Deletes a backup: 204, and 404 ever after. */
    @DELETE
    @Path(ONE)
    public Response delete(
            @PathParam("id") String id,
            @Context SecurityContext security,
            @Context UriInfo uri,
            @Context HttpHeaders headers) {
        return Access.DELETE.answer(security, caller -> {
            checkBackupId(id);
            new Parameters(uri, headers, Set.of());
            backups.delete(id, caller);
            return Response.noContent().build();
        });
    }

    private static Optional<Risk> risk(String name) {
        return RISKS.contains(name) ? Risk.of(name) : Optional.empty();
    }

    private static void checkBackupId(String id) {
        if (!BackupId.isValid(id)) {
            throw refused(
                    "malformed_id", quoted(id) + " is not the id of a backup; ids look like 20260103_140000, in UTC.");
        }
    }
}
