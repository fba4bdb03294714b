package dev.reliability.deployment.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reliability.deployment.Project;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestsTest {
    @TempDir
    Path folder;

    private StubBackend backend;
    private LoadBalancer nginx;

    @BeforeEach
    void start() throws IOException {
        backend = StubBackend.start("backend");
        nginx = LoadBalancer.inFrontOf(folder, backend);
    }

    @AfterEach
    void stop() {
        nginx.close();
        backend.close();
    }

    private void tellHeaders() {
        backend.behave(exchange -> {
            StringBuilder headers = new StringBuilder();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.append(name.toLowerCase(java.util.Locale.ROOT))
                            .append(": ")
                            .append(String.join(",", values))
                            .append('\n'));
            StubBackend.respond(exchange, 200, "text/plain", headers.toString());
        });
    }

    @Test
    void the_backend_learns_who_asked_and_under_which_name() {
        tellHeaders();
        List<String> headers = nginx.get("/api/v1/documents").body().lines().toList();
        assertThat(headers)
                .contains(
                        "host: 127.0.0.1:" + nginx.port(),
                        "x-forwarded-host: 127.0.0.1:" + nginx.port(),
                        "x-forwarded-proto: http",
                        "x-forwarded-for: 127.0.0.1")
                .anyMatch(header -> header.startsWith("x-request-id: "));
    }

    @Test
    void what_stands_in_front_of_nginx_knows_better_how_the_client_came() {
        tellHeaders();
        HttpResponse<String> answer = nginx.send(HttpRequest.newBuilder(nginx.uri("/"))
                .header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-For", "192.0.2.7"));
        assertThat(answer.body().lines()).contains("x-forwarded-proto: https", "x-forwarded-for: 192.0.2.7, 127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/documents?limit=5&after=a%2Fb",
                "/api/v1/documents/a%20b/content?x=%E5%A4%87",
                "/a/..%2fb",
                "/api/v1/backup//x",
                "/%7Euser"
            })
    void an_address_reaches_the_backend_as_it_was_written(String path) throws IOException {
        for (String method : new String[] {"GET", "POST"}) {
            try (RawClient client = new RawClient(nginx.port())) {
                client.send(
                        method + " " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                assertThat(client.readUntil("backend")).startsWith("HTTP/1.1 200");
            }
        }
        assertThat(backend.requests()).containsExactly("GET " + path, "POST " + path);
    }

    private String answerTo(String request) throws IOException {
        try (RawClient client = new RawClient(nginx.port())) {
            client.send(request);
            return client.readUntil("}");
        }
    }

    @Test
    void what_nginx_refuses_itself_is_a_problem_too() throws IOException {
        assertThat(answerTo("GET /../x HTTP/1.1\r\nHost: a\r\n\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains("Content-Type: application/problem+json", "urn:problem:reliability:bad_request");
        assertThat(answerTo("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                .startsWith("HTTP/1.1 414")
                .contains("urn:problem:reliability:uri_too_long");
        assertThat(answerTo("GET / HTTP/1.1\r\nHost: a\r\nX-Large: " + "x".repeat(20_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431")
                .contains("urn:problem:reliability:headers_too_large");
        assertThat(backend.requests()).isEmpty();
    }

    @Test
    void nginx_does_not_tell_its_version() {
        assertThat(nginx.get("/").headers().firstValue("Server")).hasValue("nginx");
    }

    @Test
    void its_own_health_is_not_that_of_the_backends() {
        backend.readiness(503);
        nginx.awaitSaid("(503)");
        assertThat(nginx.get("/nginx-health").body()).isEqualTo("ok\n");
        assertThat(backend.requests()).isEmpty();
    }

    @Test
    void each_request_is_one_json_object_on_stdout() {
        nginx.get("/a?b=%22c");
        await().atMost(Duration.ofSeconds(10)).until(() -> nginx.accessLog().contains("\n"));
        assertThat(nginx.accessLog().lines())
                .singleElement()
                .satisfies(line -> assertThat(Project.yaml(line))
                        .singleElement()
                        .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                        .containsEntry("method", "GET")
                        .containsEntry("status", "200")
                        .containsEntry("upstream", backend.address())
                        .containsKeys("time", "client", "uri", "seconds", "upstream_seconds", "request_id", "agent"));
    }
}
