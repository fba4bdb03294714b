package dev.reliability.jaxrs;

import dev.reliability.core.backup.Caller;
import dev.reliability.jaxrs.problem.Problem;
import dev.reliability.jaxrs.problem.Problems;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a caller must be allowed to do, as a scope of a token or a role of the host. */
enum Access {
    READ("backup:read"),
    WRITE("backup:write"),
    RESTORE("backup:restore"),
    DELETE("backup:delete");

    private final String scope;

    Access(String scope) {
        this.scope = scope;
    }

    /**
     * Makes a call for whoever may, and gives an answer in every case: nothing leaves as an exception, so that no
     * mapper of the host can answer in our place.
     */
    Response answer(SecurityContext security, Function<Caller, Response> call) {
        return anyOf(security, List.of(this), call);
    }

    /** As {@link #answer}, for whoever has one of these scopes at least; a refusal names the first. */
    static Response anyOf(SecurityContext security, List<Access> accesses, Function<Caller, Response> call) {
        try {
            Principal principal = security.getUserPrincipal();
            if (principal == null) {
                return refused(Problem.ofStatus(401), "Bearer");
            }
            if (accesses.stream().noneMatch(access -> security.isUserInRole(access.scope))) {
                String scope = accesses.get(0).scope;
                return refused(
                        Problem.of(403, "forbidden", "This needs the scope " + scope + "."),
                        "Bearer error=\"insufficient_scope\", scope=\"" + scope + "\"");
            }
            Caller caller = callerOf(principal);
            if (caller == null) {
                return Problem.of(403, "forbidden", "The name of whoever asks can not be kept in a record.")
                        .toResponse();
            }
            return call.apply(caller);
        } catch (Throwable failure) {
            return Problems.response(failure);
        }
    }

    private static Response refused(Problem problem, String challenge) {
        return Response.fromResponse(problem.toResponse())
                .header(HttpHeaders.WWW_AUTHENTICATE, challenge)
                .build();
    }

    private static @Nullable Caller callerOf(Principal principal) {
        String name = principal.getName();
        try {
            return name == null ? null : new Caller(name);
        } catch (IllegalArgumentException unfit) {
            return null;
        }
    }
}
