package dev.reliability.sample.notify;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpServer;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Kind;
import dev.reliability.core.backup.OperationStatus.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Against a real HTTP server. */
class WebhookTest {
    private static final List<Duration> NO_PAUSES = List.of(Duration.ZERO, Duration.ZERO);

    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            if (exchange.getRequestURI().getPath().equals("/slow")) {
                try {
                    mayAnswer.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.sendResponseHeaders(failures.getAndDecrement() > 0 ? 503 : 204, -1);
            exchange.close();
        });
        server.start();
        logged.start();
        logger().addAppender(logged);
    }

    @AfterEach
    void stop() {
        mayAnswer.countDown();
        server.stop(0);
        logger().detachAppender(logged);
    }

    @Test
    void a_failed_backup_is_posted_as_the_operations_json() {
        try (Webhook webhook = new Webhook(address("user:pass@", "/hook?token=secret"), NO_PAUSES)) {
            webhook.tell(ended(Kind.CREATE, Status.FAILED));
        }

        assertThat(requests).containsExactly("POST /hook?token=secret application/json Basic dXNlcjpwYXNz");
        assertThat(bodies)
                .singleElement()
                .asString()
                .contains(
                        "\"operation\":\"op_20260103_140000_1a2b3c\"", "\"kind\":\"create\"", "\"error\":\"no_space\"");
        assertThat(logged.list).isEmpty();
    }

    @Test
    void what_went_well_and_what_somebody_waits_for_is_not_told_and_an_incomplete_backup_is() {
        try (Webhook webhook = new Webhook(address("", "/"), NO_PAUSES)) {
            webhook.tell(ended(Kind.CREATE, Status.COMPLETED));
            webhook.tell(ended(Kind.CREATE, Status.CANCELLED));
            webhook.tell(ended(Kind.RESTORE, Status.FAILED));
            webhook.tell(ended(Kind.CLEANUP, Status.FAILED));
            webhook.tell(ended(Kind.CREATE, Status.INCOMPLETE));
        }

        assertThat(bodies).singleElement().asString().contains("\"status\":\"incomplete\"");
    }

    @Test
    void a_verification_that_failed_is_told() {
        try (Webhook webhook = new Webhook(address("", "/"), NO_PAUSES)) {
            webhook.tell(ended(Kind.VERIFY, Status.FAILED));
        }

        assertThat(bodies).singleElement().asString().contains("\"kind\":\"verify\"");
    }

    @Test
    void a_server_that_recovers_is_told_at_the_third_try() {
        failures.set(2);
        try (Webhook webhook = new Webhook(address("", "/"), NO_PAUSES)) {
            webhook.tell(ended(Kind.CREATE, Status.FAILED));
        }

        assertThat(bodies).hasSize(3);
        assertThat(logged.list).isEmpty();
    }

    @Test
    void a_server_that_does_not_recover_is_logged_once_without_the_addresss_secrets() {
        failures.set(100);
        try (Webhook webhook = new Webhook(address("user:pass@", "/path-secret?token=secret"), NO_PAUSES)) {
            webhook.tell(ended(Kind.CREATE, Status.FAILED));
        }

        assertThat(bodies).hasSize(3);
        assertThat(logged.list).hasSize(1);
        String line = logged.list.get(0).getKeyValuePairs() + logged.list.get(0).getFormattedMessage();
        assertThat(line)
                .contains("it answered 503", "op_20260103_140000_1a2b3c")
                .doesNotContain("secret", "pass");
    }

    @Test
    void a_server_that_is_not_there_is_logged() throws IOException {
        URI gone;
        try (ServerSocket closed = new ServerSocket(0)) {
            gone = URI.create("http://localhost:" + closed.getLocalPort());
        }
        try (Webhook webhook = new Webhook(gone, NO_PAUSES)) {
            webhook.tell(ended(Kind.CREATE, Status.FAILED));
        }

        assertThat(logged.list).hasSize(1);
    }

    @Test
    void telling_does_not_wait_for_a_server_that_does_not_answer() {
        try (Webhook webhook = new Webhook(address("", "/slow"), NO_PAUSES)) {
            for (int i = 0; i < 50; i++) {
                webhook.tell(ended(Kind.CREATE, Status.FAILED));
            }
            assertThat(bodies).isEmpty();
            mayAnswer.countDown();
        }
        assertThat(bodies).hasSize(50);
    }

    private URI address(String user, String path) {
        return URI.create("http://" + user + "localhost:" + server.getAddress().getPort() + path);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(Webhook.class);
    }

    private static OperationStatus ended(Kind kind, Status status) {
        Instant time = Instant.parse("2026-01-03T14:00:00Z");
        return new OperationStatus(
                "op_20260103_140000_1a2b3c",
                kind,
                null,
                status,
                "dumping",
                0,
                0,
                "the disk is full",
                time,
                time,
                status == Status.FAILED ? "no_space" : null,
                "host",
                "system");
    }
}
