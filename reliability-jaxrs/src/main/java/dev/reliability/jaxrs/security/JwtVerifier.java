package dev.reliability.jaxrs.security;

import dev.reliability.core.time.TimeSource;
import dev.reliability.jaxrs.security.TokenRefusedException.Reason;
import io.jsonwebtoken.Claims;
import io.jsonwebtoken.ExpiredJwtException;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.JwtParserBuilder;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.PrematureJwtException;
import io.jsonwebtoken.UnsupportedJwtException;
import io.jsonwebtoken.security.SecureDigestAlgorithm;
import io.jsonwebtoken.security.SecurityException;
import java.security.Key;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Checks bearer tokens: HS256 with a shared secret, or RS, PS and ES algorithms with public keys that the token's
 * {@code kid} chooses between. {@code sub} and {@code exp} are required, {@code nbf} is kept, {@code iss} and {@code
 * aud} are checked where configured; clocks may differ by {@link #LEEWAY}, and a token whose {@code iat} is further
 * ahead is refused, as what its other times mean is not known then. Anything else is refused: {@code none}, other
 * algorithms, encrypted or compressed tokens.
 *
 * <p>Immutable, safe for use by any thread; checking is arithmetic only and never asks anybody.
 */
public final class JwtVerifier {
    /** By how much the clocks of who issues and who checks may differ. */
    public static final Duration LEEWAY = Duration.ofSeconds(60);

    private static final int LONGEST_SUBJECT = 255;

    private final JwtParser parser;
    private final TimeSource time;
    private final String algorithms;
    private final @Nullable String issuer;
    private final @Nullable String audience;

    private JwtVerifier(Builder builder) {
        this.time = builder.time;
        this.issuer = builder.issuer;
        this.audience = builder.audience;
        SecretKey secret = builder.secretKey;
        Map<String, PublicKey> keys = Map.copyOf(builder.publicKeys);
        List<SecureDigestAlgorithm<?, ?>> allowed = secret != null
                ? List.of(Jwts.SIG.HS256)
                : List.of(
                        Jwts.SIG.RS256,
                        Jwts.SIG.RS384,
                        Jwts.SIG.RS512,
                        Jwts.SIG.PS256,
                        Jwts.SIG.PS384,
                        Jwts.SIG.PS512,
                        Jwts.SIG.ES256,
                        Jwts.SIG.ES384,
                        Jwts.SIG.ES512);
        this.algorithms = String.join(
                ", ", allowed.stream().map(SecureDigestAlgorithm::getId).toList());
        JwtParserBuilder jwt = Jwts.parser()
                .clock(() -> Date.from(time.now()))
                .clockSkewSeconds(LEEWAY.toSeconds())
                .sig()
                .clear()
                .add(allowed)
                .and()
                .key()
                .clear()
                .and()
                .enc()
                .clear()
                .and()
                .zip()
                .clear()
                .and();
        this.parser = (secret != null
                        ? jwt.verifyWith(secret)
                        : jwt.keyLocator(header -> chosen(keys, header.get("kid"))))
                .build();
    }

    /** Starts with nothing: one secret or at least one public key must be given. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Checks a token.
     *
     * @param token in its compact form, without the word {@code Bearer}
     * @throws TokenRefusedException if anything about it is wrong; the first mistake found is named, and what a token
     *     claims is looked at only after its signature
     */
    public VerifiedToken verify(String token) throws TokenRefusedException {
        Claims claims = signedClaims(token);
        refuseFromTheFuture(claims.getIssuedAt());
        Date expiry = claims.getExpiration();
        if (expiry == null) {
            throw new TokenRefusedException(Reason.CLAIM, "The token has no claim exp: it must say when it ends.");
        }
        String subject = claims.getSubject();
        if (subject == null || subject.isBlank()) {
            throw new TokenRefusedException(Reason.CLAIM, "The token has no claim sub: it must say whose it is.");
        }
        if (subject.length() > LONGEST_SUBJECT || subject.chars().anyMatch(Character::isISOControl)) {
            throw new TokenRefusedException(
                    Reason.CLAIM,
                    "The token's claim sub must have at most " + LONGEST_SUBJECT
                            + " characters and no control characters.");
        }
        if (issuer != null && !issuer.equals(claims.getIssuer())) {
            throw new TokenRefusedException(
                    Reason.CLAIM, "The token's claim iss is not the issuer that is trusted here.");
        }
        Set<String> audiences = claims.getAudience();
        if (audience != null && (audiences == null || !audiences.contains(audience))) {
            throw new TokenRefusedException(Reason.CLAIM, "The token's claim aud does not name this service.");
        }
        return new VerifiedToken(subject, scopes(claims), expiry.toInstant());
    }

    private Claims signedClaims(String token) throws TokenRefusedException {
        try {
            return parser.parseSignedClaims(token).getPayload();
        } catch (ExpiredJwtException expired) {
            Instant expiry = expired.getClaims().getExpiration().toInstant();
            Instant here = time.now();
            throw new TokenRefusedException(
                    Reason.EXPIRED,
                    "The token expired at " + seconds(expiry) + "; it is " + seconds(here) + " here, "
                            + apart(expiry, here)
                            + " later. Get a new one; if that is expired too, the clocks differ.");
        } catch (PrematureJwtException early) {
            throw new TokenRefusedException(
                    Reason.NOT_YET_VALID,
                    "The token is not valid before "
                            + seconds(early.getClaims().getNotBefore().toInstant()) + "; it is " + seconds(time.now())
                            + " here. Do the clocks differ?");
        } catch (UnknownKey unknown) {
            throw new TokenRefusedException(
                    Reason.KEY, "The token's header kid names no key that is known here, or is missing.");
        } catch (UnsupportedJwtException other) {
            throw algorithmRefused();
        } catch (SecurityException wrong) {
            if (wrong.getCause() instanceof UnsupportedJwtException) {
                throw algorithmRefused();
            }
            throw new TokenRefusedException(
                    Reason.SIGNATURE, "The token's signature does not fit: another key signed it, or it was changed.");
        } catch (JwtException | IllegalArgumentException malformed) {
            throw new TokenRefusedException(
                    Reason.MALFORMED, "The token is not a JWT: three parts of base64url JSON separated by dots.");
        }
    }

    private void refuseFromTheFuture(@Nullable Date issued) throws TokenRefusedException {
        Instant here = time.now();
        if (issued != null && issued.toInstant().isAfter(here.plus(LEEWAY))) {
            throw new TokenRefusedException(
                    Reason.FROM_THE_FUTURE,
                    "The token was issued at " + seconds(issued.toInstant()) + "; it is " + seconds(here) + " here, "
                            + apart(here, issued.toInstant())
                            + " earlier. The clocks differ: one of them must be set, here or where it was issued.");
        }
    }

    private TokenRefusedException algorithmRefused() {
        return new TokenRefusedException(
                Reason.ALGORITHM, "The token must be signed, not encrypted, and its alg one of: " + algorithms + ".");
    }

    private static Set<String> scopes(Claims claims) throws TokenRefusedException {
        Object scope = claims.get("scope");
        if (scope == null) {
            return Set.of();
        }
        if (!(scope instanceof String names)) {
            throw new TokenRefusedException(
                    Reason.CLAIM, "The token's claim scope must be one string of names separated by blanks.");
        }
        return names.isBlank() ? Set.of() : Set.of(names.strip().split(" +", -1));
    }

    private static Key chosen(Map<String, PublicKey> keys, @Nullable Object kid) {
        PublicKey key = kid instanceof String name ? keys.get(name) : null;
        if (key == null) {
            throw new UnknownKey();
        }
        return key;
    }

    private static String apart(Instant earlier, Instant later) {
        return Duration.between(seconds(earlier), seconds(later)).toSeconds() + " s";
    }

    private static Instant seconds(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS);
    }

    /** Leaves the parser when no key fits; never seen outside. */
    private static final class UnknownKey extends JwtException {
        private static final long serialVersionUID = 1L;

        UnknownKey() {
            super("no key");
        }
    }

    /** Collects what is configured; not safe for use by several threads. */
    public static final class Builder {
        private final List<String> faults = new ArrayList<>();
        private final Map<String, PublicKey> publicKeys = new LinkedHashMap<>();
        private @Nullable SecretKey secretKey;
        private @Nullable String issuer;
        private @Nullable String audience;
        private TimeSource time = TimeSource.system();

        private Builder() {}

        /** The shared secret for HS256: its UTF-8 bytes are the key, at least {@value Keys#SHORTEST_SECRET} of them. */
        public Builder secret(String secret) {
            secretKey = Keys.secret(secret, faults);
            return this;
        }

        /**
         * A public key for tokens whose header {@code kid} is this one; may be called for several.
         *
         * @param pem {@code -----BEGIN PUBLIC KEY-----}: RSA of 2048 bits or more, or EC
         */
        public Builder publicKey(String kid, String pem) {
            Objects.requireNonNull(kid, "kid");
            PublicKey key = Keys.publicKey(kid, pem, faults);
            if (key != null && publicKeys.putIfAbsent(kid, key) != null) {
                faults.add("public key '" + kid + "' is given twice");
            }
            return this;
        }

        /** Only tokens with this {@code iss} are accepted; default: the claim is not looked at. */
        public Builder issuer(String iss) {
            this.issuer = Objects.requireNonNull(iss, "iss");
            return this;
        }

        /** Only tokens whose {@code aud} has this value are accepted; default: the claim is not looked at. */
        public Builder audience(String aud) {
            this.audience = Objects.requireNonNull(aud, "aud");
            return this;
        }

        /** Where the time comes from; default: the machine. */
        public Builder time(TimeSource source) {
            this.time = Objects.requireNonNull(source, "source");
            return this;
        }

        /**
         * The verifier of what was configured.
         *
         * @throws IllegalArgumentException naming every fault, and no secret
         */
        public JwtVerifier build() {
            List<String> all = new ArrayList<>(faults);
            if (all.isEmpty() && (secretKey == null) == publicKeys.isEmpty()) {
                all.add(
                        secretKey == null
                                ? "a secret or a public key is missing"
                                : "a secret and public keys exclude each other");
            }
            if (!all.isEmpty()) {
                throw new IllegalArgumentException("JWT: " + String.join("; ", all));
            }
            return new JwtVerifier(this);
        }
    }
}
