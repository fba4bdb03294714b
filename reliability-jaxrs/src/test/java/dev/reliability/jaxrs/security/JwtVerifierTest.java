package dev.reliability.jaxrs.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reliability.core.time.ManualTime;
import dev.reliability.jaxrs.security.TokenRefusedException.Reason;
import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtVerifierTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private final ManualTime time = new ManualTime();
    private final JwtVerifier verifier =
            JwtVerifier.builder().secret(SECRET).time(time).build();

    @Nested
    class WithASecret {
        @Test
        void goodToken_saysWhoseItIsAndWhatItAllows() throws Exception {
            VerifiedToken token = verifier.verify(signed(claims().claim("scope", "backup:read  backup:write ")));

            assertThat(token.subject()).isEqualTo("ada");
            assertThat(token.scopes()).containsExactlyInAnyOrder("backup:read", "backup:write");
            assertThat(token.expiresAt()).isEqualTo(time.now().plusSeconds(600));
        }

        @Test
        void withoutScope_allowsNothing() throws Exception {
            assertThat(verifier.verify(signed(claims())).scopes()).isEmpty();
        }

        @Test
        void keyIsTheUtf8BytesOfTheSecret() throws Exception {
            String chinese = "十一个汉字就有三十三字节"; // 12 characters, 36 bytes
            String token = claims().signWith(
                            new SecretKeySpec(chinese.getBytes(StandardCharsets.UTF_8), "HmacSHA256"), Jwts.SIG.HS256)
                    .compact();

            assertThat(JwtVerifier.builder()
                            .secret(chinese)
                            .time(time)
                            .build()
                            .verify(token)
                            .subject())
                    .isEqualTo("ada");
        }

        @Test
        void longSecret_stillMeansHs256() throws Exception {
            String secret = SECRET.repeat(4);
            String token = JwtIssuer.withSecret(secret, time).issue("ada", Set.of(), Duration.ofMinutes(1));

            assertThat(JwtVerifier.builder()
                            .secret(secret)
                            .time(time)
                            .build()
                            .verify(token)
                            .subject())
                    .isEqualTo("ada");
        }
    }

    @Nested
    class Times {
        @Test
        void expired_afterTheLeeway_namesBothTimes() throws Exception {
            String token = signed(claims());
            time.advance(Duration.ofSeconds(660));
            verifier.verify(token);

            time.advance(Duration.ofSeconds(1));

            assertRefused(
                    token,
                    Reason.EXPIRED,
                    "expired at 2026-01-03T14:10:00Z; it is 2026-01-03T14:11:01Z here, 61 s later");
        }

        @Test
        void issuedLaterThanNow_beyondTheLeeway_namesTheDifferenceOfTheClocks() throws Exception {
            String token = signed(claims().issuedAt(Date.from(time.now().plusSeconds(61))));

            assertRefused(
                    token,
                    Reason.FROM_THE_FUTURE,
                    "issued at 2026-01-03T14:01:01Z; it is 2026-01-03T14:00:00Z here, 61 s earlier. The clocks differ");
            time.advance(Duration.ofSeconds(1));
            assertThat(verifier.verify(token).subject()).isEqualTo("ada");
        }

        @Test
        void notYetValid_beforeTheLeeway_namesBothTimes() throws Exception {
            String token = signed(claims().notBefore(Date.from(time.now().plusSeconds(61))));

            assertRefused(token, Reason.NOT_YET_VALID, "before 2026-01-03T14:01:01Z; it is 2026-01-03T14:00:00Z here");
            time.advance(Duration.ofSeconds(1));
            assertThat(verifier.verify(token).subject()).isEqualTo("ada");
        }

        @Test
        void withoutExpiry_isRefused() {
            assertRefused(signed(Jwts.builder().subject("ada")), Reason.CLAIM, "no claim exp");
        }
    }

    @Nested
    class Claims {
        @Test
        void subjectThatIsMissingOrBlank_isRefused() {
            assertRefused(signed(claims().subject(null)), Reason.CLAIM, "no claim sub");
            assertRefused(signed(claims().subject("  ")), Reason.CLAIM, "no claim sub");
        }

        @Test
        void subjectThatNoRecordCanKeep_isRefused() {
            assertRefused(signed(claims().subject("a\nb")), Reason.CLAIM, "sub must have at most 255");
            assertRefused(signed(claims().subject("a".repeat(256))), Reason.CLAIM, "sub must have at most 255");
        }

        @Test
        void scopeThatIsNoString_isRefused() {
            assertRefused(
                    signed(claims().claim("scope", List.of("backup:read"))), Reason.CLAIM, "scope must be one string");
        }

        @Test
        void issuerAndAudience_areCheckedWhereConfigured() throws Exception {
            JwtVerifier strict = JwtVerifier.builder()
                    .secret(SECRET)
                    .issuer("https://id.example")
                    .audience("docs")
                    .time(time)
                    .build();
            String good = signed(claims().issuer("https://id.example")
                    .audience()
                    .add("docs")
                    .add("else")
                    .and());
            String otherIssuer = signed(claims().issuer("https://evil.example")
                    .audience()
                    .add("docs")
                    .and());
            String otherAudience = signed(
                    claims().issuer("https://id.example").audience().add("else").and());

            assertThat(strict.verify(good).subject()).isEqualTo("ada");
            assertRefused(strict, otherIssuer, Reason.CLAIM, "claim iss");
            assertRefused(strict, otherAudience, Reason.CLAIM, "claim aud");
            assertRefused(strict, signed(claims()), Reason.CLAIM, "claim iss");
            assertThat(verifier.verify(otherIssuer).subject()).isEqualTo("ada");
        }
    }

    @Nested
    class Forgeries {
        @Test
        void unsigned_isRefused() {
            assertRefused(claims().compact(), Reason.ALGORITHM, "one of: HS256");
            assertRefused(claims().compact() + "AAAA", Reason.ALGORITHM, "one of: HS256");
        }

        @Test
        void otherAlgorithmWithTheRightSecret_isRefused() {
            Key key = new SecretKeySpec(SECRET.repeat(2).getBytes(StandardCharsets.UTF_8), "HmacSHA512");
            JwtVerifier longer =
                    JwtVerifier.builder().secret(SECRET.repeat(2)).time(time).build();

            assertRefused(longer, claims().signWith(key).compact(), Reason.ALGORITHM, "one of: HS256");
        }

        @Test
        void otherSecret_isRefused() {
            assertRefused(
                    JwtIssuer.withSecret(SECRET + "x", time).issue("ada", Set.of(), Duration.ofMinutes(1)),
                    Reason.SIGNATURE,
                    "another key signed it");
        }

        @Test
        void changedClaims_areRefused_evenIfTheyAreExpiredToo() {
            String[] parts = signed(claims()).split("\\.");
            String root = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString("{\"sub\":\"root\",\"exp\":1}".getBytes(StandardCharsets.UTF_8));

            assertRefused(parts[0] + "." + root + "." + parts[2], Reason.SIGNATURE, "it was changed");
        }

        @Test
        void encrypted_isRefused() {
            Key key = new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "AES");
            String token = claims().encryptWith((javax.crypto.SecretKey) key, Jwts.ENC.A256GCM)
                    .compact();

            assertRefused(token, Reason.ALGORITHM, "not encrypted");
        }

        @Test
        void compressed_isRefused() {
            String bomb = claims().claim("scope", "x".repeat(100_000))
                    .compressWith(Jwts.ZIP.DEF)
                    .signWith(key(SECRET))
                    .compact();

            assertThat(refusal(verifier, bomb).reason()).isIn(Reason.ALGORITHM, Reason.MALFORMED);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " ", "a", "a.b.c", "...", "eyJhbGciOiJIUzI1NiJ9.e30", "é.é.é", "null"})
        void whatIsNoToken_isRefused(String nonsense) {
            assertThat(refusal(verifier, nonsense).reason()).isEqualTo(Reason.MALFORMED);
        }
    }

    @Nested
    class WithPublicKeys {
        @ParameterizedTest
        @CsvSource({"RSA, 2048", "EC, 256", "EC, 384", "EC, 521"})
        void tokenOfAKnownKey_isAccepted(String algorithm, int size) throws Exception {
            KeyPair pair = pair(algorithm, size);
            JwtVerifier byKey = JwtVerifier.builder()
                    .publicKey("other", pem(pair("EC", 256)))
                    .publicKey("k1", pem(pair))
                    .time(time)
                    .build();

            String token = claims().header()
                    .keyId("k1")
                    .and()
                    .signWith(pair.getPrivate())
                    .compact();

            assertThat(byKey.verify(token).subject()).isEqualTo("ada");
        }

        @Test
        void tokenOfAnotherKey_isRefused() throws Exception {
            KeyPair ours = pair("RSA", 2048);
            KeyPair theirs = pair("RSA", 2048);
            JwtVerifier byKey =
                    JwtVerifier.builder().publicKey("k1", pem(ours)).time(time).build();
            JwtBuilder named = claims().header().keyId("k1").and();

            assertRefused(byKey, named.signWith(theirs.getPrivate()).compact(), Reason.SIGNATURE, "signature");
            assertRefused(byKey, claims().signWith(ours.getPrivate()).compact(), Reason.KEY, "kid");
            assertRefused(
                    byKey,
                    claims().header()
                            .keyId("k2")
                            .and()
                            .signWith(ours.getPrivate())
                            .compact(),
                    Reason.KEY,
                    "kid");
        }

        @Test
        void publicKeyUsedAsASecret_isRefused() throws Exception {
            KeyPair ours = pair("RSA", 2048);
            JwtVerifier byKey =
                    JwtVerifier.builder().publicKey("k1", pem(ours)).time(time).build();
            String forged = claims().header()
                    .keyId("k1")
                    .and()
                    .signWith(
                            new SecretKeySpec(pem(ours).getBytes(StandardCharsets.UTF_8), "HmacSHA256"), Jwts.SIG.HS256)
                    .compact();

            assertRefused(byKey, forged, Reason.ALGORITHM, "RS256");
        }
    }

    @Nested
    class Configuration {
        @Test
        void allFaultsAreNamedAtOnce_withoutASecret() throws Exception {
            KeyPair shortKey = pair("RSA", 1024);
            var builder = JwtVerifier.builder()
                    .secret("short")
                    .publicKey("a", "nonsense")
                    .publicKey("b", pem(shortKey))
                    .publicKey("c", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----");

            assertThatThrownBy(builder::build)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the secret has 5 bytes in UTF-8, must have at least 32")
                    .hasMessageContaining("public key 'a' is not PEM")
                    .hasMessageContaining("public key 'b' has 1024 bits, must have at least 2048")
                    .hasMessageContaining("public key 'c' can not be read")
                    .hasMessageNotContaining("short");
        }

        @Test
        void secretOf31Bytes_isRefused_andOf32IsNot() {
            assertThatThrownBy(() ->
                            JwtVerifier.builder().secret(SECRET.substring(1)).build())
                    .hasMessageContaining("31 bytes");
            assertThat(JwtVerifier.builder().secret(SECRET).build()).isNotNull();
        }

        @Test
        void eitherASecretOrPublicKeys() throws Exception {
            String pem = pem(pair("EC", 256));

            assertThatThrownBy(() -> JwtVerifier.builder().build()).hasMessageContaining("is missing");
            assertThatThrownBy(() -> JwtVerifier.builder()
                            .secret(SECRET)
                            .publicKey("a", pem)
                            .build())
                    .hasMessageContaining("exclude each other");
            assertThatThrownBy(() -> JwtVerifier.builder()
                            .publicKey("a", pem)
                            .publicKey("a", pem)
                            .build())
                    .hasMessageContaining("public key 'a' is given twice");
        }
    }

    private JwtBuilder claims() {
        return Jwts.builder().subject("ada").expiration(Date.from(time.now().plusSeconds(600)));
    }

    private static String signed(JwtBuilder token) {
        return token.signWith(key(SECRET), Jwts.SIG.HS256).compact();
    }

    private static SecretKeySpec key(String secret) {
        return new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    private void assertRefused(String token, Reason reason, String words) {
        assertRefused(verifier, token, reason, words);
    }

    private static void assertRefused(JwtVerifier by, String token, Reason reason, String words) {
        TokenRefusedException refusal = refusal(by, token);
        assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(reason);
        assertThat(refusal).hasMessageContaining(words).hasMessageNotContaining(token);
    }

    private static TokenRefusedException refusal(JwtVerifier by, String token) {
        TokenRefusedException refusal = catchThrowableOfType(TokenRefusedException.class, () -> by.verify(token));
        assertThat(refusal).as("accepted: %s", token).isNotNull();
        return refusal;
    }

    private static KeyPair pair(String algorithm, int size) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(size);
        return generator.generateKeyPair();
    }

    private static String pem(KeyPair pair) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }
}
