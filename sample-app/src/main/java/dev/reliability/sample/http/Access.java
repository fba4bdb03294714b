package dev.reliability.sample.http;

import dev.reliability.jaxrs.problem.Problem;
import dev.reliability.jaxrs.problem.ProblemException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;

/** Who may call a resource. */
public final class Access {
    private Access() {}

    /**
     * Passes whoever has a token.
     *
     * @throws WebApplicationException 401 without one
     */
    public static void requireToken(SecurityContext security) {
        if (security.getUserPrincipal() == null) {
            throw refused(Problem.ofStatus(401), "Bearer");
        }
    }

    /**
     * Passes whoever has a token with this scope.
     *
     * @throws WebApplicationException 401 without a token, 403 without the scope
     */
    public static void require(SecurityContext security, String scope) {
        requireToken(security);
        if (!security.isUserInRole(scope)) {
            throw refused(
                    Problem.of(403, "forbidden", "This needs the scope " + scope + "."),
                    "Bearer error=\"insufficient_scope\", scope=\"" + scope + "\"");
        }
    }

    /** A {@link ProblemException} has no place for the challenge. */
    private static WebApplicationException refused(Problem problem, String challenge) {
        return new WebApplicationException(Response.fromResponse(problem.toResponse())
                .header(HttpHeaders.WWW_AUTHENTICATE, challenge)
                .build());
    }
}
