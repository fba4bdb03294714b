package dev.reliability.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reliability.acceptance.Backend.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Scenario 5.1 and 5.3 of the guide: the database, then the storage, is taken away while documents are read, and comes
 * back. {@code -Dacceptance.outage=PT5M} makes the outages as long.
 */
class OutageIT {
    private static final Duration OUTAGE = Duration.parse(System.getProperty("acceptance.outage", "PT5S"));

    private static LocalBackend local;
    private static Backend backend;
    private static String document;

    @BeforeAll
    static void start() {
        local = LocalBackend.start(Map.of());
        backend = local.backend();
        document = backend.upload("read in a loop.txt", new byte[] {1, 2, 3})
                .path("id")
                .asText();
    }

    @AfterAll
    static void stop() throws IOException {
        local.close();
    }

    private interface Change {
        void make() throws Exception;
    }

    @Test
    void theDatabaseStops_andComesBack() throws Exception {
        LocalDatabase database = new LocalDatabase(local);
        outage("database", "数据库连接失败", "/api/v1/documents/" + document, database::stop, database::start);
    }

    @Test
    void theStorageFolderIsReplacedByAFile_andComesBack() throws Exception {
        Path storage = local.storage();
        Path away = storage.resolveSibling("storage away");
        outage(
                "storage",
                "存储服务不可用",
                "/api/v1/documents/" + document + "/content",
                () -> {
                    Files.move(storage, away);
                    Files.writeString(storage, "not a folder");
                },
                () -> {
                    Files.delete(storage);
                    Files.move(away, storage);
                });
    }

    private static void outage(String component, String message, String path, Change take, Change giveBack)
            throws Exception {
        assertThat(backend.get(path).status()).isEqualTo(200);
        take.make();
        long taken = System.nanoTime();
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    backend.get(path);
                    return backend.get("/health").status() == 503 && "open".equals(breaker(component));
                });
        report(component, "unhealthy and its breaker open", taken, Duration.ofSeconds(8));

        JsonNode health = backend.get("/health").json();
        health.path("components").forEach(found -> {
            boolean broken = found.path("name").asText().equals(component);
            assertThat(found.path("status").asText()).isEqualTo(broken ? "unhealthy" : "healthy");
            assertThat(found.path("message").asText().equals(message)).isEqualTo(broken);
        });
        assertThat(backend.get("/health/live").status()).isEqualTo(200);
        assertThat(backend.get("/health/ready").status()).isEqualTo(200);
        rejectedAtOnce(component, path);
        await().pollDelay(OUTAGE).atMost(OUTAGE.plusSeconds(5)).until(() -> true);
        assertThat(backend.get("/health/live").status()).isEqualTo(200);
        assertThat(backend.get("/health/ready").status()).isEqualTo(200);

        giveBack.make();
        long back = System.nanoTime();
        // Nobody uses the documents meanwhile: it heals by itself.
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> "closed".equals(breaker(component))
                        && backend.get("/health").status() == 200);
        report(component, "healthy and its breaker closed", back, Duration.ofSeconds(3));
        assertThat(backend.get(path).status()).isEqualTo(200);
    }

    /** While the breaker is open every request is answered at once, without waiting for what is gone. */
    private static void rejectedAtOnce(String component, String path) {
        List<Long> micros = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            long start = System.nanoTime();
            Answer answer = backend.get(path);
            long took = (System.nanoTime() - start) / 1000;
            assertThat(answer.status()).as(answer.text()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).matches("[0-9]+");
            answer.problem();
            micros.add(took);
        }
        Collections.sort(micros);
        System.out.printf(
                "%s: rejected within %.1f ms (median), %.1f ms (worst); goal 50 ms%n",
                component, micros.get(20) / 1000.0, micros.get(39) / 1000.0);
        assertThat(micros.get(20)).isLessThan(50_000);
    }

    private static String breaker(String name) {
        for (JsonNode breaker : backend.get("/health/circuit-breakers").json().path("circuit_breakers")) {
            if (breaker.path("name").asText().equals(name)) {
                return breaker.path("state").asText();
            }
        }
        throw new AssertionError("there is no breaker " + name);
    }

    /** The figure is printed; the bound is for what has gone wrong altogether, as test machines are slow. */
    private static void report(String component, String what, long since, Duration goal) {
        double seconds = (System.nanoTime() - since) / 1e9;
        System.out.printf("%s: %s after %.2f s; goal %d s%n", component, what, seconds, goal.toSeconds());
        assertThat(seconds).isLessThan(2.0 * goal.toSeconds());
    }
}
