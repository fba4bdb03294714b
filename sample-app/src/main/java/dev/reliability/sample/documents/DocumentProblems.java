package dev.reliability.sample.documents;

import dev.reliability.jaxrs.problem.Problem;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.time.Duration;

/** What the library refused, as a problem. */
final class DocumentProblems implements ExceptionMapper<DocumentException> {
    @Override
    public Response toResponse(DocumentException refused) {
        Problem problem = Problem.of(refused.kind().status, refused.kind().code, String.valueOf(refused.getMessage()));
        Duration retryAfter = refused.retryAfter();
        return (retryAfter == null ? problem : problem.withRetryAfter(retryAfter)).toResponse();
    }
}
