package dev.reliability.jaxrs.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.core.time.ManualTime;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JwtIssuerTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private final ManualTime time = new ManualTime();
    private final JwtIssuer issuer = JwtIssuer.withSecret(SECRET, time);

    @Test
    void token_isAcceptedByAVerifierOfTheSameSecret() throws Exception {
        String token = issuer.issue("ada", Set.of("backup:read", "backup:write"), Duration.ofDays(7));

        VerifiedToken verified =
                JwtVerifier.builder().secret(SECRET).time(time).build().verify(token);

        assertThat(verified)
                .isEqualTo(new VerifiedToken(
                        "ada", Set.of("backup:write", "backup:read"), time.now().plus(Duration.ofDays(7))));
    }

    @Test
    void issuerAndAudience_areSaidWhereTheyAreChecked() throws Exception {
        JwtVerifier strict = JwtVerifier.builder()
                .secret(SECRET)
                .issuer("us")
                .audience("docs")
                .time(time)
                .build();

        String token = issuer.saying("us", "docs").issue("ada", Set.of(), Duration.ofMinutes(1));

        assertThat(strict.verify(token).subject()).isEqualTo("ada");
    }

    @Test
    void faults_areNamedAllAtOnce() {
        assertThatThrownBy(() -> issuer.issue("", Set.of("a b"), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("subject")
                .hasMessageContaining("scope 'a b'")
                .hasMessageContaining("ttl is PT0S, must be more than zero");
    }

    @Test
    void shortSecret_isRefusedWithoutBeingShown() {
        assertThatThrownBy(() -> JwtIssuer.withSecret("hunter2", time))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has 7 bytes")
                .hasMessageNotContaining("hunter2");
    }
}
