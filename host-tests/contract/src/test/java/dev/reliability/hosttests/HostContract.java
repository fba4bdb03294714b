package dev.reliability.hosttests;

import dev.reliability.core.time.ManualTime;
import dev.reliability.jaxrs.ReliabilityApi;
import dev.reliability.jaxrs.security.JwtIssuer;
import dev.reliability.jaxrs.security.JwtVerifier;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/**
 * What the suites have in common: services to be asked, tokens, and a server of the {@link Host}. Unless a test starts
 * something else, the server has health and backups with our tokens, and nothing of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class HostContract implements Host {
    static final String SECRET = "a secret of more than thirty-two bytes";

    final ManualTime time = new ManualTime();
    final FixedHealth health = new FixedHealth();
    final MemoryBackups backups = new MemoryBackups();

    private Host.Running standard;
    private Host.Running running;

    @BeforeAll
    void startStandard() throws Exception {
        standard = start(new Components(standard().build().singletons()), "");
        running = standard;
    }

    @BeforeEach
    void forgetServices() {
        health.reset();
        backups.reset();
    }

    @AfterEach
    void stopOther() {
        if (running != standard) {
            running.close();
            running = standard;
        }
    }

    @AfterAll
    void stopStandard() {
        standard.close();
    }

    /** Health and backups with tokens. */
    protected final ReliabilityApi.Builder standard() {
        return ReliabilityApi.builder().health(health).backups(backups).jwt(verifier());
    }

    /** Health and backups, for whoever the host knows. */
    protected final ReliabilityApi.Builder hostAuthenticated() {
        return ReliabilityApi.builder().health(health).backups(backups).hostAuthentication();
    }

    final JwtVerifier verifier() {
        return JwtVerifier.builder().secret(SECRET).time(time).build();
    }

    /** From here to the end of the test, calls go to a server with this application, at its root. */
    final void serve(Components application) throws Exception {
        serve(application, "");
    }

    final void serve(Components application, String path) throws Exception {
        stopOther();
        running = start(application, path);
    }

    final String address() {
        return running.address().toString();
    }

    final Call call(String method, String pathAndQuery) {
        return Call.to(running, method, pathAndQuery);
    }

    /** A request with a token that has these scopes. */
    final Call as(String scopes, String method, String pathAndQuery) {
        return call(method, pathAndQuery).token(token(scopes));
    }

    protected final String token(String scopes) {
        return issuer().issue("ada", scopes.isEmpty() ? Set.of() : Set.of(scopes.split(" ")), Duration.ofHours(1));
    }

    final JwtIssuer issuer() {
        return JwtIssuer.withSecret(SECRET, time);
    }
}
