package dev.reliability.deployment.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailoverTest {
    @TempDir
    Path folder;

    private StubBackend one;
    private StubBackend two;
    private LoadBalancer nginx;

    @BeforeEach
    void start() throws IOException {
        one = StubBackend.start("one");
        two = StubBackend.start("two");
        nginx = LoadBalancer.inFrontOf(folder, one, two);
    }

    @AfterEach
    void stop() {
        nginx.close();
        one.close();
        two.close();
    }

    @Test
    void all_that_are_ready_share_the_requests() {
        Set<String> answered = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            answered.add(nginx.get("/").body());
        }
        assertThat(answered).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void a_backend_that_refuses_costs_no_request() {
        nginx.get("/");
        nginx.get("/");
        one.close();
        for (int i = 0; i < 20; i++) {
            assertThat(nginx.get("/api/v1/documents").body()).isEqualTo("two");
        }
    }

    @Test
    void a_write_that_could_not_be_sent_goes_to_the_next() {
        one.close();
        for (int i = 0; i < 10; i++) {
            assertThat(nginx.post("/api/v1/documents?name=a", "bytes").body()).isEqualTo("two");
        }
    }

    @Test
    void a_read_that_broke_is_asked_of_the_next() {
        one.breakConnections();
        for (int i = 0; i < 4; i++) {
            assertThat(nginx.get("/api/v1/documents/x/content").body()).isEqualTo("two");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/documents?name=a", "/api/v1/backup/create?type=full", "/elsewhere"})
    void a_write_that_was_sent_is_never_sent_again(String path) {
        one.breakConnections();
        two.breakConnections();
        HttpResponse<String> answer = nginx.post(path, "bytes");
        Problems.isProblem(answer, 502, "no_backend");
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
        assertThat(one.requests().size() + two.requests().size()).isEqualTo(1);
    }

    @Test
    void a_silent_backend_is_routed_around() {
        one.beSilent();
        nginx.awaitOut(one);
        nginx.awaitAnsweredBy("two");
    }

    @Test
    void a_health_request_that_each_backend_leaves_unanswered_ends() {
        StubBackend.Behaviour silence = exchange -> {
            one.waitForTheEnd();
            exchange.close();
        };
        one.behave(silence);
        two.behave(silence);
        HttpResponse<String> answer = nginx.get("/health");
        Problems.isProblem(answer, 504, "backend_timeout");
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
        assertThat(one.requests()).isNotEmpty();
        assertThat(two.requests()).isNotEmpty();
    }

    @Test
    void a_draining_backend_gets_no_new_requests_and_finishes_those_that_it_has() {
        one.readiness(503);
        nginx.awaitOut(one);
        nginx.awaitAnsweredBy("two");
        int served = one.requests().size();
        for (int i = 0; i < 10; i++) {
            assertThat(nginx.get("/").body()).isEqualTo("two");
        }
        assertThat(one.requests()).hasSize(served);
        one.readiness(200);
        nginx.awaitReady(one);
    }

    @Test
    void when_none_is_ready_those_that_are_only_too_busy_for_probes_go_on() {
        one.readiness(503);
        nginx.awaitOut(one);

        two.beTooBusyForProbes();

        nginx.awaitSaid("ready: none, out: ");
        nginx.awaitAnsweredBy("two");
        nginx.awaitOut(one);
    }

    @Test
    void when_none_is_ready_their_own_answers_pass() {
        for (StubBackend backend : List.of(one, two)) {
            backend.readiness(503);
            backend.behave(exchange -> StubBackend.respond(exchange, 503, "application/problem+json", "mine"));
        }
        nginx.awaitSaid("ready: none, out: ");
        HttpResponse<String> answer = nginx.get("/api/v1/documents");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("mine");
    }

    @Test
    void when_all_are_gone_nginx_says_so_itself_and_still_lives() {
        one.close();
        two.close();
        HttpResponse<String> answer = nginx.get("/api/v1/documents");
        Problems.isProblem(answer, 502, "no_backend");
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
        assertThat(nginx.get("/nginx-health").statusCode()).isEqualTo(200);
    }
}
