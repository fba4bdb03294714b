package dev.reliability.jaxrs;

import dev.reliability.jaxrs.security.JwtFilter;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;

/** The token filter, before our resources only: a host's own endpoints may take other tokens. */
@Endpoint
@Priority(Priorities.AUTHENTICATION)
final class EndpointAuthentication implements ContainerRequestFilter {
    private final JwtFilter filter;

    EndpointAuthentication(JwtFilter filter) {
        this.filter = filter;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        filter.filter(request);
    }
}
