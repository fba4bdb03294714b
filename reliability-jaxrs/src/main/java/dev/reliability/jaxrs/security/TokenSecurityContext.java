package dev.reliability.jaxrs.security;

import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;

/** A token as resources see it: the subject is the principal, a scope is a role. */
record TokenSecurityContext(VerifiedToken token, boolean secure) implements SecurityContext {
    @Override
    public Principal getUserPrincipal() {
        return token::subject;
    }

    @Override
    public boolean isUserInRole(String role) {
        return token.scopes().contains(role);
    }

    @Override
    public boolean isSecure() {
        return secure;
    }

    @Override
    public String getAuthenticationScheme() {
        return "Bearer";
    }
}
