package dev.reliability.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProberTest {
    @TempDir
    Path folder;

    private volatile String breaker = "closed";

    private HttpServer backend() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/health/ready", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.createContext("/health/circuit-breakers", exchange -> {
            byte[] body = ("{\"count\": 1, \"circuit_breakers\": [{\"name\": \"database\", \"state\": \"" + breaker
                            + "\"}]}")
                    .getBytes();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static void awaitNoted(Prober prober, Predicate<Transition> wanted) {
        await().atMost(Duration.ofSeconds(50))
                .until(() -> prober.transitions().stream().anyMatch(wanted));
    }

    @Test
    void aBreakerThatOpens_andABackendThatDies_areNotedOnceEach() throws Exception {
        HttpServer backend = backend();
        Path backends = folder.resolve("backends");
        Files.writeString(
                backends, "backend-1 http://127.0.0.1:" + backend.getAddress().getPort() + "\n");
        try (Prober prober = Prober.start(
                HttpClient.newHttpClient(), new BackendsFile(backends), MicroClock.of(TimeSource.system()))) {
            awaitNoted(prober, transition -> transition.what().equals("ready") && transition.isFirst());
            awaitNoted(prober, transition -> transition.state().equals("closed") && transition.isFirst());
            breaker = "open";
            awaitNoted(prober, Transition::isBreakerOpening);
            backend.stop(0);
            awaitNoted(prober, transition -> transition.what().equals("ready") && transition.isForTheWorse());
            assertThat(prober.transitions().stream().filter(Transition::isBreakerOpening))
                    .hasSize(1);
            assertThat(prober.transitions())
                    .anyMatch(transition -> transition.what().equals("ready")
                            && transition.state().equals(Transition.NO_ANSWER));
        }
    }

    @Test
    void aBackendThatIsAddedMeanwhile_isWatched() throws Exception {
        HttpServer backend = backend();
        Path backends = folder.resolve("backends");
        Files.writeString(backends, "");
        try (Prober prober = Prober.start(
                HttpClient.newHttpClient(), new BackendsFile(backends), MicroClock.of(TimeSource.system()))) {
            Files.writeString(
                    backends,
                    "backend-3 http://127.0.0.1:" + backend.getAddress().getPort() + "\n");
            awaitNoted(prober, transition -> transition.backend().equals("backend-3"));
        } finally {
            backend.stop(0);
        }
    }
}
