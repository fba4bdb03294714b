package dev.reliability.jaxrs.security;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/**
 * What a token says, after it was checked.
 *
 * @param subject the claim {@code sub}: 1 to 255 characters, no control characters
 * @param scopes the names in the claim of that kind; empty without one
 * @param expiresAt the claim {@code exp}
 */
public record VerifiedToken(String subject, Set<String> scopes, Instant expiresAt) {
    public VerifiedToken {
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(expiresAt, "expiresAt");
        scopes = Set.copyOf(scopes);
    }
}
