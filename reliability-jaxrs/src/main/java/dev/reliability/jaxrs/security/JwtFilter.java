package dev.reliability.jaxrs.security;

import dev.reliability.jaxrs.problem.Problem;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Objects;

/**
 * Reads {@code Authorization: Bearer <token>} and shows the token to resources as their SecurityContext: its subject
 * is the principal, its scopes are the roles. A request without a bearer token passes, and whether that is enough is
 * for the resource to say; a wrong token is refused with 401, whatever it was sent to.
 *
 * <p>{@code ReliabilityApi.builder().jwt(…)} puts it before the toolkit's own endpoints only. An application whose own
 * resources take the same tokens registers one for all of them, and says {@code hostAuthentication()} instead. Safe
 * for use by any thread.
 */
@Priority(Priorities.AUTHENTICATION)
public final class JwtFilter implements ContainerRequestFilter {
    private static final String SCHEME = "Bearer ";

    private final JwtVerifier verifier;

    public JwtFilter(JwtVerifier verifier) {
        this.verifier = Objects.requireNonNull(verifier, "verifier");
    }

    @Override
    public void filter(ContainerRequestContext request) {
        String authorization = request.getHeaderString(HttpHeaders.AUTHORIZATION);
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return;
        }
        try {
            VerifiedToken token =
                    verifier.verify(authorization.substring(SCHEME.length()).strip());
            SecurityContext before = request.getSecurityContext();
            request.setSecurityContext(new TokenSecurityContext(token, before != null && before.isSecure()));
        } catch (TokenRefusedException refused) {
            request.abortWith(answer(refused));
        }
    }

    private static Response answer(TokenRefusedException refused) {
        Problem problem = Problem.of(401, refused.reason().code(), refused.getMessage());
        return Response.fromResponse(problem.toResponse())
                .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")
                .build();
    }
}
