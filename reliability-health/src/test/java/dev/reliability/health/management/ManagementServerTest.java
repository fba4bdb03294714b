package dev.reliability.health.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reliability.core.health.HealthMessages;
import dev.reliability.core.time.TimeSource;
import dev.reliability.health.HealthMonitor;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ManagementServerTest {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HealthMonitor monitor = HealthMonitor.builder().group("reads").build();
    private final ManagementServer server = start(ManagementServer.builder(monitor));

    private static ManagementServer start(ManagementServerBuilder builder) {
        try {
            return builder.address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void close() {
        server.close();
        monitor.close();
    }

    private static HttpResponse<String> send(
            HttpClient client, ManagementServer server, String method, String path, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> send(String method, String path, String... headers) throws Exception {
        return send(client, server, method, path, headers);
    }

    @ParameterizedTest
    @CsvSource({
        "/health, 200",
        "/health/, 200",
        "/health?pretty, 200",
        "/health/live, 200",
        "/health/ready, 503",
        "/health/startup, 503",
        "/health/groups/reads, 200",
        "/health/circuit-breakers, 200",
    })
    void endpoints_answerJson_headTheSameWithoutABody(String path, int status) throws Exception {
        HttpResponse<String> get = send("GET", path);
        assertThat(get.statusCode()).isEqualTo(status);
        assertThat(get.body()).startsWith("{").endsWith("}\n");

        HttpResponse<String> head = send("HEAD", path);
        assertThat(head.statusCode()).isEqualTo(status);
        assertThat(head.body()).isEmpty();
        for (HttpResponse<String> answer : List.of(get, head)) {
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
            assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(answer.headers().firstValue("Content-Length"))
                    .hasValue(String.valueOf(get.body().getBytes(StandardCharsets.UTF_8).length));
        }
    }

    @Test
    void answer_isTheCurrentOne() throws Exception {
        monitor.start();
        await().until(() -> send("GET", "/health/ready").statusCode() == 200);

        monitor.drain();

        assertThat(send("GET", "/health/ready").statusCode()).isEqualTo(503);
        assertThat(send("GET", "/health/live").statusCode()).isEqualTo(200);

        monitor.getCircuitBreaker("database", 5, Duration.ofSeconds(30));
        assertThat(send("GET", "/health/circuit-breakers").body()).contains("\"count\":1", "\"name\":\"database\"");
    }

    @Test
    void messages_areInTheLanguageAskedFor_elseInTheDefault() throws Exception {
        assertThat(send("GET", "/health/startup").body()).contains("启动中");
        HttpResponse<String> english = send("GET", "/health/startup", "Accept-Language", "en");
        assertThat(english.body()).contains("starting");
        assertThat(english.headers().firstValue("Content-Language")).hasValue("en");
        assertThat(english.headers().firstValue("Vary")).hasValue("Accept-Language");

        try (ManagementServer other = start(ManagementServer.builder(monitor).messages(HealthMessages.of("en")))) {
            assertThat(send(client, other, "GET", "/health/startup").body()).contains("starting");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/healthy",
                "/health/nonsense",
                "/health/groups/none",
                "/health/groups/",
                "/metrics",
                "/health//live",
                "/health/%6Cive"
            })
    void otherPaths_areNotFound(String path) throws Exception {
        HttpResponse<String> answer = send("GET", path);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body())
                .isEqualTo("{\"type\":\"urn:problem:reliability:not_found\",\"title\":\"Not Found\",\"status\":404,"
                        + "\"detail\":\"There is nothing at this path.\"}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
    void otherMethods_areNotAllowed(String method) throws Exception {
        HttpResponse<String> answer = send(method, "/health");

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("urn:problem:reliability:method_not_allowed", "\"status\":405");
    }

    @Test
    void metrics_areServedAsTheyAre() throws Exception {
        String type = "text/plain; version=0.0.4; charset=utf-8";
        try (ManagementServer scraped =
                start(ManagementServer.builder(monitor).metrics(type, () -> "reliability_up 1\n"))) {
            HttpResponse<String> answer = send(client, scraped, "GET", "/metrics");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue(type);
            assertThat(answer.body()).isEqualTo("reliability_up 1\n");
        }
    }

    @Test
    void metricsThatFail_areA500WithoutTheReason_andTheServerGoesOn() throws Exception {
        try (ManagementServer scraped = start(ManagementServer.builder(monitor).metrics("text/plain", () -> {
            throw new IllegalStateException("secret");
        }))) {
            HttpResponse<String> answer = send(client, scraped, "GET", "/metrics");

            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body())
                    .contains("urn:problem:reliability:internal")
                    .doesNotContain("secret");
            assertThat(send(client, scraped, "GET", "/health/live").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void answersOnOneConnection_doNotWaitForNagle() throws Exception {
        List<Duration> took = new ArrayList<>();
        for (int i = 0; i < 51; i++) {
            long start = TimeSource.system().nanoTime();
            send("GET", "/health/live");
            took.add(TimeSource.system().since(start));
        }
        Collections.sort(took);

        assertThat(took.get(25)).as("the median, 40 ms with Nagle's algorithm").isLessThan(Duration.ofMillis(30));
    }

    @Test
    void clientsThatSendHalfARequest_doNotKeepProbesWaiting() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                socket.getOutputStream().write("GET /health".getBytes(StandardCharsets.US_ASCII));
                slow.add(socket);
            }
            assertThat(send("GET", "/health/live").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void portInUse_isAnErrorThatNamesTheAddress() {
        assertThatThrownBy(() -> ManagementServer.builder(monitor)
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()))
                        .start())
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("management port", String.valueOf(server.port()));
    }

    @Test
    void close_stopsListening() throws Exception {
        ManagementServer other = start(ManagementServer.builder(monitor));
        send(client, other, "GET", "/health");

        other.close();

        assertThatThrownBy(() -> send(client, other, "GET", "/health")).isInstanceOf(ConnectException.class);
    }
}
