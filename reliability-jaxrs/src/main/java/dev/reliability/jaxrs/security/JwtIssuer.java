package dev.reliability.jaxrs.security;

import dev.reliability.core.time.TimeSource;
import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Makes tokens that a {@link JwtVerifier} with the same secret accepts: for command lines, tests and first steps; who
 * has an identity provider lets that make them. Immutable, safe for use by any thread.
 */
public final class JwtIssuer {
    private final SecretKey key;
    private final TimeSource time;
    private final @Nullable String issuer;
    private final @Nullable String audience;

    private JwtIssuer(SecretKey key, TimeSource time, @Nullable String issuer, @Nullable String audience) {
        this.key = key;
        this.time = time;
        this.issuer = issuer;
        this.audience = audience;
    }

    /**
     * An issuer of HS256 tokens.
     *
     * @param secret its UTF-8 bytes are the key, at least {@value Keys#SHORTEST_SECRET} of them
     * @throws IllegalArgumentException if it is shorter
     */
    public static JwtIssuer withSecret(String secret, TimeSource time) {
        List<String> faults = new ArrayList<>();
        SecretKey key = Keys.secret(secret, faults);
        if (key == null) {
            throw new IllegalArgumentException("JWT: " + String.join("; ", faults));
        }
        return new JwtIssuer(key, Objects.requireNonNull(time, "time"), null, null);
    }

    /** The same, with {@code iss} and {@code aud} in every token; null leaves one out. */
    public JwtIssuer saying(@Nullable String iss, @Nullable String aud) {
        return new JwtIssuer(key, time, iss, aud);
    }

    /**
     * A token in its compact form, to be sent as {@code Authorization: Bearer <token>}.
     *
     * @param subject whose it is: 1 to 255 characters, no control characters
     * @param scopes what it allows, each without blanks; may be empty
     * @param ttl for how long from now, more than zero
     * @throws IllegalArgumentException naming every fault
     */
    public String issue(String subject, Set<String> scopes, Duration ttl) {
        List<String> faults = new ArrayList<>();
        if (subject.isBlank() || subject.length() > 255 || subject.chars().anyMatch(Character::isISOControl)) {
            faults.add("the subject must have 1 to 255 characters and no control characters");
        }
        scopes.stream()
                .filter(scope -> scope.isEmpty() || scope.contains(" "))
                .forEach(scope -> faults.add("scope '" + scope + "' is empty or has a blank in it"));
        if (ttl.isNegative() || ttl.isZero()) {
            faults.add("ttl is " + ttl + ", must be more than zero");
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("JWT: " + String.join("; ", faults));
        }
        Instant now = time.now();
        JwtBuilder token = Jwts.builder()
                .subject(subject)
                .issuedAt(Date.from(now))
                .expiration(Date.from(now.plus(ttl)))
                .claim("scope", String.join(" ", new TreeSet<>(scopes)));
        if (issuer != null) {
            token.issuer(issuer);
        }
        if (audience != null) {
            token.audience().add(audience);
        }
        return token.signWith(key, Jwts.SIG.HS256).compact();
    }
}
