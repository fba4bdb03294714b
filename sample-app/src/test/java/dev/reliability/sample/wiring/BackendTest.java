package dev.reliability.sample.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.PlantedDump;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.time.TimeSource;
import dev.reliability.jaxrs.security.JwtIssuer;
import dev.reliability.sample.Sample;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole backend in this process: how it starts, lives through outages, answers, and stops. */
@ExtendWith(PrivatePostgres.Shared.class)
class BackendTest {
    private static final String DOCUMENTS = "/api/v1/documents";

    @TempDir
    private Path folder;

    @Test
    void it_serves_without_its_database_and_uses_it_once_it_appears(PrivatePostgres server) throws Exception {
        String name = "later_" + System.identityHashCode(this);
        try (Sample sample = Sample.start(server, name, folder)) {
            Awaitility.await().until(() -> sample.get("/health/startup").statusCode() == 200);
            assertThat(sample.get("/health").statusCode()).isEqualTo(503);
            assertThat(sample.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(sample.get("/health/ready").statusCode()).isEqualTo(200);
            assertThat(sample.get("/api/v1/backup/list").body()).isEqualTo("{\"count\":0,\"backups\":[]}\n");
            assertThat(sample.get(DOCUMENTS).statusCode()).isEqualTo(503);

            server.execute(
                    PrivatePostgres.SUPERUSER,
                    "postgres",
                    "CREATE DATABASE " + name + " OWNER " + PrivatePostgres.ROLE);

            Awaitility.await().until(() -> sample.get(DOCUMENTS).statusCode() == 200);
            Awaitility.await().until(() -> sample.get("/health").statusCode() == 200);
            sample.upload("first", new byte[] {1});
        }
    }

    @Test
    void an_outage_of_the_database_is_answered_at_once_and_heals_by_itself() throws Exception {
        try (PrivatePostgres own = PrivatePostgres.create();
                Sample sample = Sample.start(own, own.createDatabase(), folder)) {
            Awaitility.await().until(() -> sample.get(DOCUMENTS).statusCode() == 200);
            own.stop();

            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(sample.get(DOCUMENTS).body()).contains("circuit_open"));
            HttpResponse<String> rejected = sample.get(DOCUMENTS);
            assertThat(rejected.statusCode()).isEqualTo(503);
            assertThat(rejected.headers().firstValue("Retry-After")).isPresent();
            // Not before all connections are open, or have been waited for long enough.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(
                            () -> assertThat(sample.get("/health").body()).contains("数据库连接失败"));
            assertThat(sample.get("/health").statusCode()).isEqualTo(503);
            assertThat(sample.get("/health/circuit-breakers").body()).contains("\"database\",\"state\":\"open\"");
            assertThat(sample.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(sample.get("/health/ready").statusCode()).isEqualTo(200);

            own.start();

            // Without a request that would have to fail first, and long before the 30 s of the breaker are over.
            Awaitility.await()
                    .untilAsserted(() -> assertThat(
                                    sample.get("/health/circuit-breakers").body())
                            .contains("\"database\",\"state\":\"closed\""));
            Awaitility.await().until(() -> sample.get(DOCUMENTS).statusCode() == 200);
        }
    }

    @Test
    void an_outage_of_the_storage_is_answered_at_once_and_heals_by_itself(PrivatePostgres server) throws Exception {
        try (Sample sample = Sample.start(server, server.createDatabase(), folder)) {
            Awaitility.await().until(() -> sample.get(DOCUMENTS).statusCode() == 200);
            String content = DOCUMENTS + "/" + sample.upload("kept", new byte[] {1}) + "/content";
            Path storage = folder.resolve("storage");
            Path away = folder.resolve("away");
            Files.move(storage, away);
            Files.writeString(storage, "not a folder");

            Awaitility.await()
                    .untilAsserted(() -> assertThat(sample.get(content).body()).contains("circuit_open"));
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(sample.get("/health").body()).contains("存储服务不可用"));
            assertThat(sample.get(DOCUMENTS).statusCode()).isEqualTo(200);

            Files.delete(storage);
            Files.move(away, storage);

            Awaitility.await().until(() -> sample.get(content).statusCode() == 200);
        }
    }

    @Test
    void health_shows_database_and_storage_and_what_is_configured(PrivatePostgres server) throws Exception {
        try (Sample sample = Sample.start(
                server,
                server.createDatabase(),
                folder,
                "HEALTH_CHECKS",
                "backup_repository",
                "READY_CHECKS",
                "database",
                "HEALTH_LANGUAGE",
                "en")) {
            Awaitility.await().until(() -> sample.get("/health").statusCode() == 200);

            assertThat(names(sample.get("/health"))).containsExactly("database", "storage", "backup_repository");
            assertThat(names(sample.get("/health/ready"))).containsExactly("started", "draining", "database");
            assertThat(sample.get("/health").body()).contains("database connection works");
        }
    }

    @Test
    void metrics_need_a_token_on_the_port_of_the_api_and_none_on_their_own(PrivatePostgres server) throws Exception {
        try (Sample sample = Sample.start(server, server.createDatabase(), folder, "MANAGEMENT_PORT", "0")) {
            Awaitility.await().until(() -> sample.get(DOCUMENTS).statusCode() == 200);

            assertThat(sample.send(sample.anonymous("/metrics")).statusCode()).isEqualTo(401);
            assertThat(sample.get("/metrics").body())
                    .contains("jvm_memory_used_bytes", "hikaricp_connections{pool=\"database\"}")
                    .contains("reliability_circuitbreaker_state{name=\"storage\",state=\"closed\"} 1.0")
                    .contains("reliability_health_component_status{component=\"database\",status=")
                    .contains(
                            "http_server_requests_seconds_count{method=\"GET\",status=\"200\",uri=\"/api/v1/documents\"}");
            URI management = URI.create(
                    "http://localhost:" + sample.backend().managementPort().orElseThrow());
            assertThat(plain(management.resolve("/metrics"))).isEqualTo(200);
            assertThat(plain(management.resolve("/health/live"))).isEqualTo(200);
            assertThat(plain(management.resolve("/api/v1/documents"))).isEqualTo(404);
        }
    }

    @Test
    void with_a_schedule_it_makes_up_for_the_newest_fire_time_and_cleans_up(PrivatePostgres server) throws Exception {
        try (Sample sample = Sample.start(server, server.createDatabase(), folder, "BACKUP_SCHEDULE", "0 0 * * *")) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(
                            () -> assertThat(sample.get("/api/v1/backup/list").body())
                                    .contains("\"count\":1", "\"type\":\"full\""));
        }
    }

    @Test
    void every_night_it_proves_that_the_newest_backup_restores_and_health_and_metrics_tell_when_it_does_not(
            PrivatePostgres server) throws Exception {
        String key = "a signing key of at least 32 bytes";
        String database = server.createDatabase();
        String id;
        try (Sample sample = Sample.start(server, database, folder, "BACKUP_SIGNING_KEY", key)) {
            Awaitility.await().until(() -> sample.get(DOCUMENTS).statusCode() == 200);
            sample.upload("one.txt", new byte[] {1});
            sample.upload("two.txt", new byte[] {2});
            id = madeBackup(sample);
        }
        PlantedDump.into(
                folder.resolve("backups"),
                BackupType.FULL,
                id,
                key,
                dump -> dump.replaceFirst("(?m)^.*\ttwo\\.txt\t.*\n", ""));

        try (Sample sample = Sample.start(
                server,
                database,
                folder,
                "BACKUP_SIGNING_KEY",
                key,
                "VERIFY_SCHEDULE",
                "0 4 * * *",
                "HEALTH_CHECKS",
                "backup",
                "METRICS_PUBLIC",
                "true")) {
            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                assertThat(sample.get("/health").body())
                        .contains(
                                "{\"status\":\"degraded\"",
                                "\"backup\",\"status\":\"degraded\",\"message\":\"有备份已损坏\"");
                assertThat(sample.get("/metrics").body())
                        .contains("reliability_backup_damaged_backups 1.0")
                        .contains(
                                "reliability_backup_operations_failed_operations{error=\"damaged\",kind=\"verify\"} 1.0");
            });
            assertThat(sample.get("/api/v1/backup/list").body()).contains(id);
        }
    }

    private static String madeBackup(Sample sample) throws Exception {
        String writer = JwtIssuer.withSecret(Sample.SECRET, TimeSource.system())
                .issue("tester", Set.of("backup:write"), Duration.ofMinutes(5));
        assertThat(sample.send(sample.anonymous("/api/v1/backup/create?type=full")
                                .header("Authorization", "Bearer " + writer)
                                .POST(BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(202);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> sample.get("/api/v1/backup/list").body().contains("\"status\":\"completed\""));
        return Sample.field(sample.get("/api/v1/backup/list"), "id");
    }

    @Test
    void metrics_may_be_opened(PrivatePostgres server) throws Exception {
        try (Sample sample = Sample.start(server, server.createDatabase(), folder, "METRICS_PUBLIC", "true")) {
            assertThat(sample.send(sample.anonymous("/metrics")).statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing/here",
                "/%2e%2e",
                "/..%2fx",
                "/a%00b",
                "/../x",
                "//",
                "/api/v1/documents/%2e%2e/x",
                "LONG"
            })
    void whatever_is_refused_by_whomever_it_is_a_problem(String path, PrivatePostgres server) throws Exception {
        String asked = path.equals("LONG") ? "/" + "a".repeat(10_000) : path;
        try (Sample sample = Sample.start(server, "postgres", folder)) {
            // By hand: clients normalize paths, or refuse to send them.
            try (Socket socket = new Socket("localhost", sample.backend().port())) {
                socket.getOutputStream()
                        .write(("GET " + asked + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                                .getBytes(StandardCharsets.UTF_8));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

                assertThat(answer).matches("(?s)HTTP/1.1 4\\d\\d .*");
                assertThat(answer).containsIgnoringCase("Content-Type: application/problem+json");
                assertThat(answer)
                        .contains("urn:problem:reliability:")
                        .endsWith("}\n")
                        .doesNotContain("<html", "Jetty");
            }
        }
    }

    @Test
    void the_page_is_whole_and_may_load_only_its_own_parts(PrivatePostgres server) throws Exception {
        try (Sample sample = Sample.start(server, "postgres", folder)) {
            HttpResponse<String> page = sample.send(sample.anonymous("/"));

            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .contains("default-src 'none'", "script-src 'self'")
                    .doesNotContain("unsafe");
            assertThat(page.body())
                    .contains("/page.js", "/page.css")
                    .doesNotContain("http://", "https://", "style=", "onclick");
            assertThat(sample.send(sample.anonymous("/page.js")).statusCode()).isEqualTo(200);
            assertThat(sample.send(sample.anonymous("/page.css")).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void it_stops_in_order_not_ready_then_no_new_connections_and_what_runs_is_finished(PrivatePostgres server)
            throws Exception {
        Sample sample = Sample.start(server, server.createDatabase(), folder, "DRAIN_SECONDS", "2");
        Awaitility.await().until(() -> sample.get(DOCUMENTS).statusCode() == 200);
        CountDownLatch lastByte = new CountDownLatch(1);
        CompletableFuture<HttpResponse<String>> upload = slowUpload(sample, lastByte);

        CompletableFuture<Void> stop = CompletableFuture.runAsync(sample::close);
        Awaitility.await().until(() -> sample.get("/health/ready").statusCode() == 503);
        assertThat(sample.get(DOCUMENTS).statusCode()).isEqualTo(200);
        Awaitility.await().until(() -> !takesConnections(sample));
        assertThat(stop).isNotDone();

        lastByte.countDown();
        assertThat(upload.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
        stop.get(10, TimeUnit.SECONDS);
        Awaitility.await()
                .untilAsserted(() -> assertThat(liveThreads())
                        .doesNotContainAnyElementsOf(
                                List.of("document-purger", "schema", "backup-recovery", "health-monitor")));
    }

    @Test
    void a_port_that_is_taken_leaves_nothing_running(PrivatePostgres server) throws Exception {
        try (Sample first = Sample.start(server, "postgres", folder)) {
            String port = String.valueOf(first.backend().port());
            long before =
                    liveThreads().stream().filter("document-purger"::equals).count();

            assertThatThrownBy(() -> Sample.start(server, "postgres", folder, "SERVER_PORT", port))
                    .hasStackTraceContaining("Address already in use");
            Awaitility.await()
                    .until(() -> liveThreads().stream()
                                    .filter("document-purger"::equals)
                                    .count()
                            == before);
        }
    }

    private static CompletableFuture<HttpResponse<String>> slowUpload(Sample sample, CountDownLatch lastByte) {
        HttpRequest request = sample.request(DOCUMENTS + "?name=slow")
                .POST(BodyPublishers.ofInputStream(() -> new SlowBody(lastByte)))
                .build();
        return HttpClient.newHttpClient().sendAsync(request, BodyHandlers.ofString());
    }

    private static boolean takesConnections(Sample sample) {
        try (Socket socket = new Socket("localhost", sample.backend().port())) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    private static int plain(URI uri) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .timeout(Duration.ofSeconds(10))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }

    private static List<String> names(HttpResponse<String> report) {
        List<String> names = new ArrayList<>();
        var matcher = Pattern.compile("\"name\":\"([^\"]*)\"").matcher(report.body());
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    private static List<String> liveThreads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
    }
}
