package example;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.ext.Provider;
import java.security.Principal;

/** Stands for the authentication that a host already has: whoever names itself operator may do everything. */
@Provider
@Priority(Priorities.AUTHENTICATION)
public final class OperatorsOnly implements ContainerRequestFilter {
    @Override
    public void filter(ContainerRequestContext request) {
        if (!"operator".equals(request.getHeaderString("X-User"))) {
            return;
        }
        request.setSecurityContext(new SecurityContext() {
            @Override
            public Principal getUserPrincipal() {
                return () -> "operator";
            }

            @Override
            public boolean isUserInRole(String role) {
                return role.startsWith("backup:");
            }

            @Override
            public boolean isSecure() {
                return false;
            }

            @Override
            public String getAuthenticationScheme() {
                return "X-User";
            }
        });
    }
}
