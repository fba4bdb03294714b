package dev.reliability.jaxrs;

import dev.reliability.jaxrs.problem.Problems;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;

/** Makes problems of the host's errors too; registered only where the host asked for it. */
final class ProblemMapper implements ExceptionMapper<Throwable> {
    @Override
    public Response toResponse(Throwable failure) {
        return Problems.response(failure);
    }
}
