package dev.reliability.deployment.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamingTest {
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

    @ParameterizedTest
    @CsvSource({"POST, /api/v1/documents?name=a", "PUT, /api/v1/documents/x/content"})
    void an_upload_reaches_the_backend_while_it_is_still_sent(String method, String path) throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        backend.behave(exchange -> {
            assertThat(exchange.getRequestBody().readNBytes(5)).isEqualTo("first".getBytes(StandardCharsets.UTF_8));
            arrived.countDown();
            backend.answer(exchange);
        });
        try (RawClient client = new RawClient(nginx.port())) {
            client.send(method + " " + path
                    + " HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nConnection: close\r\n\r\nfirst");
            assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
            client.send("second");
            assertThat(client.readUntil("backend")).startsWith("HTTP/1.1 200");
        }
        assertThat(backend.requests()).containsExactly(method + " " + path);
    }

    @Test
    void an_event_reaches_the_client_while_the_stream_is_open() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        backend.behave(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            OutputStream body = exchange.getResponseBody();
            body.write("data: begun\n\n".getBytes(StandardCharsets.UTF_8));
            body.flush();
            try {
                assertThat(seen.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            body.write("data: ended\n\n".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        try (RawClient client = new RawClient(nginx.port())) {
            client.send("GET /api/v1/backup/operations/7/events HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readUntil("data: begun")).contains("200 OK", "data: begun");
            seen.countDown();
            assertThat(client.readUntil("data: ended")).contains("data: ended");
        }
    }

    @Test
    void a_document_may_be_larger_than_any_other_body() {
        byte[] large = new byte[2 << 20];
        for (String path : new String[] {"/api/v1/documents?name=a", "/api/v1/documents/"}) {
            assertThat(nginx.send(HttpRequest.newBuilder(nginx.uri(path)).POST(BodyPublishers.ofByteArray(large)))
                            .body())
                    .isEqualTo("backend");
        }
        Problems.isProblem(
                nginx.send(HttpRequest.newBuilder(nginx.uri("/api/v1/backup/create"))
                        .POST(BodyPublishers.ofByteArray(large))),
                413,
                "too_large");
    }

    @Test
    void a_download_comes_whole_and_in_order() throws Exception {
        byte[] content = new byte[8 << 20];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31 + (i >> 11));
        }
        backend.behave(exchange -> {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
        byte[] read =
                nginx.uri("/api/v1/documents/x/content").toURL().openStream().readAllBytes();
        assertThat(read).isEqualTo(content);
    }
}
