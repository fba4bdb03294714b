package dev.reliability.sample.documents;

import dev.reliability.jaxrs.problem.Problem;
import dev.reliability.sample.documents.ByteRange.Kind;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request for a document's bytes: all of them, a part, "as you have it", or "there is no such part".
 *
 * @param document whose bytes
 * @param range which of them
 * @param unchanged whether whoever asks has them
 */
record ContentAnswer(Document document, ByteRange range, boolean unchanged) {

    static ContentAnswer of(
            Document document, @Nullable String range, @Nullable String ifRange, @Nullable String ifNoneMatch) {
        String tag = entityTag(document);
        boolean sameAsBefore = ifRange == null || ifRange.strip().equals(tag);
        ByteRange asked = sameAsBefore ? ByteRange.of(range, document.size()) : ByteRange.whole(document.size());
        return new ContentAnswer(document, asked, ifNoneMatch != null && matches(ifNoneMatch, tag));
    }

    /** Whether there are bytes to send. */
    boolean hasBody() {
        return !unchanged && range.kind() != Kind.UNSATISFIABLE;
    }

    /** The answer with these bytes, which are closed when they are sent. */
    Response with(InputStream bytes) {
        return head().entity(bytes).build();
    }

    /** The answer without its bytes. */
    Response withoutBody() {
        return head().build();
    }

    private Response.ResponseBuilder head() {
        if (unchanged) {
            return Response.status(304).header(HttpHeaders.ETAG, entityTag(document));
        }
        if (range.kind() == Kind.UNSATISFIABLE) {
            Problem problem = Problem.of(
                    416,
                    "range_not_satisfiable",
                    "The document has " + document.size() + " bytes, none of them there.");
            return Response.fromResponse(problem.toResponse())
                    .header("Content-Range", range.contentRange(document.size()));
        }
        boolean part = range.kind() == Kind.PART;
        Response.ResponseBuilder response = Response.status(part ? 206 : 200)
                .header(HttpHeaders.CONTENT_TYPE, document.contentType())
                .header(HttpHeaders.CONTENT_LENGTH, range.length())
                .header(HttpHeaders.CONTENT_DISPOSITION, ContentDisposition.attachment(document.name()))
                .header(HttpHeaders.ETAG, entityTag(document))
                .header(HttpHeaders.CACHE_CONTROL, "private, no-cache")
                .header("Accept-Ranges", "bytes")
                // What somebody uploaded never runs as a page of this origin.
                .header("Content-Security-Policy", "sandbox; default-src 'none'")
                .header("X-Content-Type-Options", "nosniff");
        return part ? response.header("Content-Range", range.contentRange(document.size())) : response;
    }

    private static String entityTag(Document document) {
        return "\"" + document.sha256() + "\"";
    }

    private static boolean matches(String header, String tag) {
        return header.strip().equals("*")
                || Arrays.stream(header.split(",", -1))
                        .map(String::strip)
                        .anyMatch(one -> one.equals(tag) || one.equals("W/" + tag));
    }
}
