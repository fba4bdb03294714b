package dev.reliability.hosttests;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.List;

/** A host's own way to know who asks: what a gateway in front of it wrote into headers. */
@Priority(Priorities.AUTHENTICATION)
final class HeaderAuthentication implements ContainerRequestFilter {
    @Override
    public void filter(ContainerRequestContext request) {
        String user = request.getHeaderString("X-User");
        String roles = request.getHeaderString("X-Roles");
        request.setSecurityContext(new SecurityContext() {
            @Override
            public Principal getUserPrincipal() {
                return user == null ? null : () -> user;
            }

            @Override
            public boolean isUserInRole(String role) {
                return roles != null && List.of(roles.split(",")).contains(role);
            }

            @Override
            public boolean isSecure() {
                return false;
            }

            @Override
            public String getAuthenticationScheme() {
                return "GATEWAY";
            }
        });
    }
}
