package dev.reliability.sample.documents;

import dev.reliability.jaxrs.problem.Problem;
import dev.reliability.sample.http.Access;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.io.InputStream;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The documents over HTTP. */
@Path(DocumentResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
public final class DocumentResource {
    static final String PATH = "api/v1/documents";

    private static final String READ = "documents:read";
    private static final String WRITE = "documents:write";
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;
    private static final Pattern ID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private final DocumentLibrary library;

    DocumentResource(DocumentLibrary library) {
        this.library = library;
    }

    @GET
    public Response list(
            @Context SecurityContext security,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("after") @Nullable String after) {
        Access.require(security, READ);
        return noStore(Response.ok(DocumentJson.of(library.list(limit(limit), position(after)))))
                .build();
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    public Response create(
            @Context SecurityContext security,
            @Context UriInfo uri,
            @Context HttpHeaders headers,
            @QueryParam("name") @Nullable String name,
            InputStream body) {
        Access.require(security, WRITE);
        UploadRequest request = UploadRequest.read(headers, body);
        String checked = UploadRequest.checkedName(request.fileName() == null ? name : request.fileName());
        Document document = library.create(checked, request.upload());
        return noStore(Response.created(uri.getAbsolutePathBuilder()
                        .path(document.id().toString())
                        .build()))
                .entity(DocumentJson.of(document))
                .build();
    }

    @GET
    @Path("{id}")
    public Response get(@Context SecurityContext security, @PathParam("id") String id) {
        Access.require(security, READ);
        return noStore(Response.ok(DocumentJson.of(library.find(id(id))))).build();
    }

    @GET
    @Path("{id}/content")
    @Produces(MediaType.WILDCARD)
    public Response content(
            @Context SecurityContext security,
            @PathParam("id") String id,
            @HeaderParam("Range") @Nullable String range,
            @HeaderParam("If-Range") @Nullable String ifRange,
            @HeaderParam("If-None-Match") @Nullable String ifNoneMatch) {
        Access.require(security, READ);
        Document document = library.find(id(id));
        ContentAnswer answer = ContentAnswer.of(document, range, ifRange, ifNoneMatch);
        return answer.hasBody()
                ? answer.with(library.open(
                        document, answer.range().offset(), answer.range().length()))
                : answer.withoutBody();
    }

    @HEAD
    @Path("{id}/content")
    @Produces(MediaType.WILDCARD)
    public Response contentHead(
            @Context SecurityContext security,
            @PathParam("id") String id,
            @HeaderParam("If-None-Match") @Nullable String ifNoneMatch) {
        Access.require(security, READ);
        Document document = library.find(id(id));
        if (!library.hasContent(document)) {
            throw new DocumentException(
                    DocumentException.Kind.CONTENT_MISSING, "The document's bytes are not in the store any more.");
        }
        return ContentAnswer.of(document, null, null, ifNoneMatch).withoutBody();
    }

    @PUT
    @Path("{id}/content")
    @Consumes(MediaType.WILDCARD)
    public Response replace(
            @Context SecurityContext security,
            @Context HttpHeaders headers,
            @PathParam("id") String id,
            InputStream body) {
        Access.require(security, WRITE);
        UUID document = id(id);
        return noStore(Response.ok(DocumentJson.of(library.replace(
                        document, UploadRequest.read(headers, body).upload()))))
                .build();
    }

    @DELETE
    @Path("{id}")
    public Response delete(@Context SecurityContext security, @PathParam("id") String id) {
        Access.require(security, WRITE);
        library.delete(id(id));
        return Response.noContent().build();
    }

    private static Response.ResponseBuilder noStore(Response.ResponseBuilder response) {
        return response.header(HttpHeaders.CACHE_CONTROL, "no-store").header("X-Content-Type-Options", "nosniff");
    }

    private static UUID id(String text) {
        if (!ID.matcher(text).matches()) {
            throw Problem.of(400, "malformed_id", "The id of a document is a UUID.")
                    .toException();
        }
        return UUID.fromString(text);
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return DEFAULT_LIMIT;
        }
        if (!text.matches("\\d{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MAX_LIMIT) {
            throw Problem.of(400, "malformed_limit", "limit must be a whole number from 1 to " + MAX_LIMIT + ".")
                    .toException();
        }
        return Integer.parseInt(text);
    }

    private static @Nullable PagePosition position(@Nullable String text) {
        return text == null
                ? null
                : PagePosition.parse(text)
                        .orElseThrow(() -> Problem.of(
                                        400, "malformed_after", "after must be what next of the page before was.")
                                .toException());
    }
}
