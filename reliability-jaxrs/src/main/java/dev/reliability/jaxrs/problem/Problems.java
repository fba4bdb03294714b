package dev.reliability.jaxrs.problem;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.circuitbreaker.CircuitBreakerOpenException;
import dev.reliability.core.storage.NoSpaceException;
import dev.reliability.core.storage.ObjectNotFoundException;
import dev.reliability.core.storage.ObjectStoreException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which problem an exception is. Safe for use by any thread. */
public final class Problems {
    private static final Logger log = LoggerFactory.getLogger(Problems.class);

    private Problems() {}

    /**
     * The problem to show for an exception. A {@link BackupException} shows its own message; of anything that was not
     * written for callers nothing is shown but an id, under which the whole exception is logged.
     */
    public static Problem of(Throwable failure) {
        if (failure instanceof ProblemException known) {
            return known.problem();
        }
        if (failure instanceof BackupException refused) {
            return of(refused);
        }
        if (failure instanceof CircuitBreakerOpenException open) {
            return Problem.of(
                            503,
                            "circuit_open",
                            "'" + open.name()
                                    + "' did not work a moment ago and is given time to recover; try again later.")
                    .withRetryAfter(open.retryAfter());
        }
        if (failure instanceof ObjectStoreException store) {
            return of(store);
        }
        if (failure instanceof UncheckedIOException wrapped
                && wrapped.getCause() instanceof ObjectStoreException store) {
            return of(store);
        }
        if (failure instanceof WebApplicationException refused
                && refused.getResponse().getStatus() >= 400
                && refused.getResponse().getStatus() != 500) {
            return Problem.ofStatus(refused.getResponse().getStatus());
        }
        return logged(Problem.ofStatus(500), failure);
    }

    /**
     * The answer to give for an exception: its {@link #of problem}. Of a {@link WebApplicationException} the headers
     * ({@code Allow}, {@code WWW-Authenticate}, …) are kept, and an answer that already has a body, or is no error, is
     * given as it is.
     */
    public static Response response(Throwable failure) {
        if (!(failure instanceof WebApplicationException refused)) {
            return of(failure).toResponse();
        }
        Response original = refused.getResponse();
        if (original.hasEntity() || original.getStatus() < 400) {
            return original;
        }
        Problem problem = of(failure);
        Response.ResponseBuilder response = Response.fromResponse(original)
                .type(MediaType.valueOf(Problem.MEDIA_TYPE))
                .entity(problem);
        Long seconds = problem.retryAfterSeconds();
        if (seconds != null && original.getHeaderString(HttpHeaders.RETRY_AFTER) == null) {
            response.header(HttpHeaders.RETRY_AFTER, seconds);
        }
        return response.build();
    }

    private static Problem of(BackupException failure) {
        String message = String.valueOf(failure.getMessage());
        // Exhaustive by hand: a switch over a sealed type's patterns is not in Java 17.
        if (failure instanceof BackupException.NotFound) {
            return Problem.of(404, "not_found", message);
        }
        if (failure instanceof BackupException.Busy busy) {
            return Problem.of(409, "busy", message).withOperation(busy.operation());
        }
        if (failure instanceof BackupException.Damaged) {
            return Problem.of(409, "damaged", message);
        }
        if (failure instanceof BackupException.Refused refused) {
            return Problem.of(409, "refused", message).withReasons(refused.reasons());
        }
        if (failure instanceof BackupException.Unavailable unavailable) {
            return Problem.of(503, "unavailable", message).withRetryAfter(unavailable.retryAfter());
        }
        if (failure instanceof BackupException.NoSpace) {
            return Problem.of(507, "no_space", message);
        }
        return logged(Problem.ofStatus(500), failure);
    }

    private static Problem of(ObjectStoreException failure) {
        if (failure instanceof ObjectNotFoundException) {
            return logged(Problem.of(404, "not_found", "There is no such object in the store."), failure);
        }
        if (failure instanceof NoSpaceException) {
            return logged(Problem.of(507, "no_space", "The object store is full."), failure);
        }
        return logged(Problem.of(503, "unavailable", "The object store can not be used now."), failure);
    }

    private static Problem logged(Problem problem, Throwable failure) {
        UUID id = UUID.randomUUID();
        if (problem.status() == 500) {
            log.error("answered 500 to a request, id {}", id, failure);
        } else {
            log.warn(
                    "answered {} {} to a request, id {}: {}", problem.status(), problem.code(), id, failure.toString());
        }
        return problem.withInstance("urn:uuid:" + id);
    }
}
