package dev.reliability.hosttests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.health.Health;
import dev.reliability.core.health.Message;
import dev.reliability.jaxrs.ReliabilityApi;
import dev.reliability.jaxrs.security.JwtFilter;
import dev.reliability.jaxrs.security.JwtIssuer;
import io.jsonwebtoken.Jwts;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may, by our tokens and by the host's own means. */
public abstract class AuthenticationContract extends HostContract {
    private static final String LIST = "/api/v1/backup/list";

    @ParameterizedTest
    @CsvSource({
        "POST,   /create?type=full,         backup:write",
        "GET,    /list,                     backup:read",
        "GET,    /20260103_140000,          backup:read",
        "GET,    /operations/op-1,          backup:read",
        "POST,   /restore/20260103_140000,  backup:restore",
        "POST,   /restore/20260103_140000?dry_run=true, backup:restore",
        "POST,   /20260103_140000/verify?level=1, backup:write",
        "DELETE, /20260103_140000,          backup:delete",
    })
    void eachCall_needsItsOwnScopeAndNoOther(String method, String path, String scope) {
        Set<String> others =
                Set.of("backup:read", "backup:write", "backup:restore", "backup:delete", "backup", "admin");
        String allOthers = String.join(
                " ", others.stream().filter(other -> !other.equals(scope)).toList());

        Answer anonymous = call(method, "/api/v1/backup" + path).send();
        Answer forbidden = as(allOthers, method, "/api/v1/backup" + path).send();
        Answer allowed = as(scope, method, "/api/v1/backup" + path).send();

        anonymous.isProblem(401, "unauthenticated");
        assertThat(anonymous.header("WWW-Authenticate")).isEqualTo("Bearer");
        forbidden.isProblem(403, "forbidden", scope);
        assertThat(forbidden.header("WWW-Authenticate"))
                .isEqualTo("Bearer error=\"insufficient_scope\", scope=\"" + scope + "\"");
        assertThat(allowed.status()).isIn(200, 202, 404);
    }

    @ParameterizedTest
    @CsvSource({
        "POST,   /create?type=nonsense&x=y",
        "POST,   /restore/nonsense?dry_run=true",
        "POST,   /nonsense/verify?level=9",
        "DELETE, /nonsense",
        "GET,    /operations/none",
    })
    void whoMayNot_doesNotLearnWhatElseIsWrong(String method, String path) {
        call(method, "/api/v1/backup" + path).send().isProblem(401, "unauthenticated");
        as("other", method, "/api/v1/backup" + path).send().isProblem(403, "forbidden");
    }

    @Test
    void refusedToken_namesItsMistakeAndIsNotRepeated() {
        Instant expiry = time.now().plus(Duration.ofHours(1));
        String expired = token("backup:read");
        time.advance(Duration.ofHours(2));

        Answer answer = call("GET", LIST).token(expired).send();

        answer.isProblem(401, "token_expired", "expired at " + expiry + "; it is " + time.now() + " here");
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
        assertThat(answer.body()).doesNotContain(expired);
    }

    @Test
    void tokensThatAreNotOurs_areRefused() {
        String unsigned =
                Jwts.builder().subject("ada").claim("scope", "backup:read").compact();
        String foreign = JwtIssuer.withSecret("another secret of thirty-two bytes!", time)
                .issue("ada", Set.of("backup:read"), Duration.ofHours(1));

        call("GET", LIST).token(unsigned).send().isProblem(401, "token_algorithm_refused");
        call("GET", LIST).token(foreign).send().isProblem(401, "token_signature_invalid");
        call("GET", LIST).token("nonsense").send().isProblem(401, "token_malformed");
        call("GET", LIST).with("Authorization", "Basic YTpi").send().isProblem(401, "unauthenticated");
        call("GET", LIST).with("Authorization", "Bearer").send().isProblem(401, "unauthenticated");
    }

    @Test
    void schemeIsReadInAnyCase() {
        call("GET", LIST)
                .with("Authorization", "bearer " + token("backup:read"))
                .send()
                .has(200);
    }

    @Test
    void hostsOwnAuthentication_isAskedForRoles() throws Exception {
        serve(new Components(hostAuthenticated().build().singletons(), new HeaderAuthentication()));
        backups.add(0, BackupType.FULL, BackupStatus.COMPLETED);

        call("GET", LIST).send().isProblem(401, "unauthenticated");
        call("GET", LIST).with("X-User", "bob").send().isProblem(403, "forbidden", "backup:read");
        asBob("backup:read,other", "GET", LIST).has(200);
        asBob("backup:write", "POST", "/api/v1/backup/create?type=full").has(202);
        assertThat(backups.asked).containsExactly("create FULL by bob");
        // The host's business, not ours: a header that our filter would refuse.
        call("GET", "/health").token("nonsense").send().has(200);
    }

    @Test
    void hostsUserWithANameThatNoRecordCanKeep_is403() throws Exception {
        serve(new Components(hostAuthenticated().build().singletons(), new HeaderAuthentication()));

        call("GET", LIST)
                .with("X-User", "b".repeat(256))
                .with("X-Roles", "backup:read")
                .send()
                .isProblem(403, "forbidden", "name");
    }

    @Test
    void filterOfTheWholeApplication_worksAsTheHostsOwn() throws Exception {
        serve(new Components(hostAuthenticated().build().singletons(), new JwtFilter(verifier())));

        as("backup:read", "GET", LIST).send().has(200);
        call("GET", LIST).token("nonsense").send().isProblem(401, "token_malformed");
    }

    @Test
    void withoutAnyAuthentication_backupsAreNotMounted_andNobodySeesDetails() throws Exception {
        serve(new Components(
                ReliabilityApi.builder().health(health).backups(backups).build().singletons(),
                new HeaderAuthentication()));
        health.database(Health.unhealthy(Message.of("database.failed", "")).with("error", "db-7"));

        Answer answer = call("GET", LIST)
                .with("X-User", "bob")
                .with("X-Roles", "backup:read")
                .send();
        Answer details = call("GET", "/health").with("X-User", "bob").send().has(503);

        answer.has(404);
        assertThat(details.body()).doesNotContain("db-7");
    }

    @Test
    void withoutABackupService_healthIsServed() throws Exception {
        serve(new Components(
                ReliabilityApi.builder().health(health).jwt(verifier()).build().singletons()));

        call("GET", "/health").send().has(200);
        as("backup:read", "GET", LIST).send().has(404);
    }

    private Answer asBob(String roles, String method, String path) {
        return call(method, path).with("X-User", "bob").with("X-Roles", roles).send();
    }
}
