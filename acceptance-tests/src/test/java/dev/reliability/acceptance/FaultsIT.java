package dev.reliability.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reliability.acceptance.Backend.Answer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Faults that only somebody with a hand on the machine can make, each with its status and a problem that names it. */
class FaultsIT {
    private static LocalBackend local;
    private static Backend backend;

    @BeforeAll
    static void start() {
        local = LocalBackend.start(Map.of());
        backend = local.backend();
        backend.upload("a document.txt", "content".getBytes(StandardCharsets.UTF_8));
    }

    @AfterAll
    static void stop() throws IOException {
        local.close();
    }

    // ---- tokens

    @Test
    void anExpiredToken_isUnauthorized() throws Exception {
        Answer answer = withToken(token("backup:read", Instant.now().minusSeconds(120)), "/api/v1/backup/list");
        assertThat(answer.status()).isEqualTo(401);
        answer.problem();
        assertThat(answer.json().path("detail").asText()).containsIgnoringCase("expired");
    }

    @Test
    void aTokenWithoutTheScope_isForbidden() throws Exception {
        String token = token("documents:read", Instant.now().plusSeconds(600));
        Answer answer = withToken(token, "/api/v1/backup/list");
        assertThat(answer.status()).isEqualTo(403);
        answer.problem();
        assertThat(answer.json().path("detail").asText()).contains("backup:read");
    }

    private static Answer withToken(String token, String path) {
        return backend.send(backend.anonymous(path)
                .header("Authorization", "Bearer " + token)
                .GET());
    }

    private static String token(String scope, Instant expires) throws Exception {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String head = base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8));
        String claims = base64.encodeToString(
                ("{\"sub\":\"tester\",\"scope\":\"" + scope + "\",\"exp\":" + expires.getEpochSecond() + "}")
                        .getBytes(StandardCharsets.UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(local.variable("JWT_SECRET").getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] signature = mac.doFinal((head + "." + claims).getBytes(StandardCharsets.UTF_8));
        return head + "." + claims + "." + base64.encodeToString(signature);
    }

    // ---- damaged backups

    @Test
    void aDamagedBackup_isNotRestored_andSaysWhatIsDamaged() throws Exception {
        String id = backend.backUp("database");
        Path dump = local.backups().resolve("database/backup_" + id + ".sql.gz");
        Path manifest = local.backups().resolve("database/backup_" + id + ".json");
        byte[] bytes = Files.readAllBytes(dump);
        String restore = "/api/v1/backup/restore/" + id;

        Files.write(dump, Arrays.copyOf(bytes, bytes.length / 2));
        assertDamaged(backend.post(restore));
        Files.delete(dump);
        assertDamaged(backend.post(restore));

        byte[] flipped = bytes.clone();
        flipped[bytes.length / 2] ^= 4;
        Files.write(dump, flipped);
        JsonNode failed = backend.run(restore);
        assertThat(failed.path("status").asText()).isEqualTo("failed");
        assertThat(failed.path("error").asText()).isEqualTo("damaged");
        assertThat(failed.path("message").asText()).contains("sha256");

        Files.write(dump, bytes);
        String signed = Files.readString(manifest);
        Files.writeString(manifest, signed.replace("\"UTF8\"", "\"LATIN1\""));
        assertDamaged(backend.post(restore));
        Files.delete(manifest);
        assertThat(backend.post(restore).status()).isEqualTo(404);

        Files.writeString(manifest, signed);
        backend.restore(id, "");
    }

    private static void assertDamaged(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(409);
        assertThat(answer.problem()).isEqualTo("damaged");
    }

    @Test
    void aSecondOperation_isBusy_andSaysWhichOneRuns() {
        backend.upload("large enough to take a while.bin", new byte[50 * 1024 * 1024]);
        Answer first = backend.post("/api/v1/backup/create?type=full");
        assertThat(first.status()).as(first.text()).isEqualTo(202);
        assertThat(first.header("Location"))
                .endsWith("/api/v1/backup/operations/"
                        + first.json().path("operation").asText());
        Answer second = backend.post("/api/v1/backup/create?type=full");
        assertThat(second.status()).as(second.text()).isEqualTo(409);
        assertThat(second.problem()).isEqualTo("busy");
        assertThat(second.json().path("operation").asText())
                .isEqualTo(first.json().path("operation").asText());
        assertThat(second.header("Retry-After")).matches("[0-9]+");
        backend.ended(first.json().path("operation").asText());
    }

    // ---- what the backend needs

    @Test
    void aRefusedDatabasePassword_isUnavailable() throws Exception {
        try (JarBackend other = JarBackend.beside(local, Map.of("DB_PASSWORD", "wrong"))) {
            assertUnavailable(other.backend(), "password");
            assertThat(other.backend().get("/api/v1/backup/list").status()).isEqualTo(200);
            assertThat(other.log()).doesNotContain(local.variable("DB_PASSWORD"));
        }
    }

    @Test
    void missingPrograms_areUnavailable() throws Exception {
        try (JarBackend other = JarBackend.beside(local, Map.of("PG_BIN", "/nonexistent"))) {
            assertUnavailable(other.backend(), "pg_dump");
        }
    }

    @Test
    void programsOfAnotherMajor_areUnavailable() throws Exception {
        Path programs = Files.createDirectory(local.dataDir().resolve("old programs"));
        for (String name : new String[] {"pg_dump", "pg_dumpall", "psql"}) {
            Path program = programs.resolve(name);
            Files.writeString(program, "#!/bin/sh\necho '" + name + " (PostgreSQL) 9.6.24'\n");
            program.toFile().setExecutable(true, false);
        }
        try (JarBackend other = JarBackend.beside(local, Map.of("PG_BIN", programs.toString()))) {
            assertUnavailable(other.backend(), "9.6");
        }
    }

    private static void assertUnavailable(Backend other, String named) {
        Answer answer = other.post("/api/v1/backup/create?type=database");
        assertThat(answer.status()).as(answer.text()).isEqualTo(503);
        assertThat(answer.problem()).isEqualTo("unavailable");
        assertThat(answer.header("Retry-After")).matches("[0-9]+");
        assertThat(answer.json().path("detail").asText()).contains(named);
    }

    @Test
    void anUploadOverTheLimit_isTooLarge_andLeavesNothing() throws Exception {
        Path storage = Files.createDirectory(local.dataDir().resolve("small storage"));
        try (JarBackend other =
                JarBackend.beside(local, Map.of("MAX_UPLOAD_BYTES", "1000", "STORAGE_DIR", storage.toString()))) {
            byte[] tooLarge = new byte[100_000];
            Answer said = other.backend().send(upload(other.backend()).POST(BodyPublishers.ofByteArray(tooLarge)));
            assertThat(said.status()).as(said.text()).isEqualTo(413);
            said.problem();
            Answer unsaid = other.backend()
                    .send(upload(other.backend())
                            .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(tooLarge))));
            assertThat(unsaid.status()).as(unsaid.text()).isEqualTo(413);
            unsaid.problem();
            try (Stream<Path> left = Files.walk(storage)) {
                assertThat(left.filter(Files::isRegularFile)
                                .filter(file -> !file.toString().contains(".health")))
                        .isEmpty();
            }
        }
    }

    private static java.net.http.HttpRequest.Builder upload(Backend other) {
        return other.request("/api/v1/documents?name=large").header("Content-Type", "application/octet-stream");
    }

    @Test
    void aFullDisk_endsTheBackupAndLeavesNone() throws Exception {
        Path small = Files.createDirectory(local.dataDir().resolve("small disk"));
        Process mount = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small.toString()).start();
        Assumptions.assumeTrue(mount.waitFor() == 0, "this machine does not let us mount a small disk");
        try (JarBackend other = JarBackend.beside(local, Map.of("BACKUP_DIR", small.toString()))) {
            backend.upload("larger than the disk.bin", random(3 * 1024 * 1024));
            JsonNode ended = other.backend().run("/api/v1/backup/create?type=storage");
            assertThat(ended.path("status").asText()).isEqualTo("failed");
            assertThat(ended.path("error").asText()).as(ended.toString()).isEqualTo("no_space");
            assertThat(other.backend()
                            .get("/api/v1/backup/list")
                            .json()
                            .path("count")
                            .asInt())
                    .isZero();
        } finally {
            assertThat(new ProcessBuilder("umount", small.toString()).start().waitFor())
                    .isZero();
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new java.util.Random(5).nextBytes(bytes);
        return bytes;
    }

    // ---- configuration

    @TestFactory
    Stream<DynamicTest> aWrongValue_stopsTheStart_andNamesItsVariable() {
        return Stream.of("JWT_SECRET=short", "DB_PORT=abc", "RETENTION_DAYS=-1", "SERVER_PORT=99999", "DB_PASSWORD=")
                .map(assignment -> DynamicTest.dynamicTest(assignment, () -> {
                    LocalBackend.Result result = local.shell(
                            "export \"$1\" && exec \"$2\" -jar \"$3\" serve",
                            assignment,
                            JarBackend.java(),
                            JarBackend.jar().toString());
                    String variable = assignment.substring(0, assignment.indexOf('='));
                    assertThat(result.code()).as(result.err()).isEqualTo(2);
                    assertThat(result.err().strip().lines()).hasSize(1).allMatch(line -> line.contains(variable));
                    assertThat(result.err()).doesNotContain(local.variable("JWT_SECRET"));
                }));
    }

    // ---- start and stop

    @Test
    void withoutAnyDatabase_itServes_andUsesTheDatabaseOnceItAppears() throws Exception {
        LocalDatabase database = new LocalDatabase(local);
        database.stop();
        try (JarBackend other = JarBackend.beside(local, Map.of())) {
            assertThat(other.backend().get("/health/live").status()).isEqualTo(200);
            assertThat(other.backend().get("/health").status()).isEqualTo(503);
            assertThat(other.backend().get("/api/v1/backup/list").status()).isEqualTo(200);
            assertThat(other.backend().get("/api/v1/documents").status()).isEqualTo(503);
            database.start();
            org.awaitility.Awaitility.await()
                    .atMost(java.time.Duration.ofSeconds(20))
                    .until(() -> other.backend().get("/api/v1/documents").status() == 200);
        }
    }

    @Test
    void terminated_itIsNotReadyAtOnce_servesWhileItDrains_andExitsWithZero() throws Exception {
        try (JarBackend other = JarBackend.beside(local, Map.of("DRAIN_SECONDS", "3"))) {
            assertThat(other.backend().get("/health/ready").status()).isEqualTo(200);
            other.process().destroy();
            org.awaitility.Awaitility.await()
                    .atMost(java.time.Duration.ofSeconds(2))
                    .pollInterval(java.time.Duration.ofMillis(20))
                    .until(() -> other.backend().get("/health/ready").status() == 503);
            assertThat(other.backend().get("/api/v1/documents").status()).isEqualTo(200);
            assertThat(other.stop()).isZero();
        }
    }

    @Test
    void noSecret_isInTheLogs() throws IOException {
        String log = Files.readString(local.log());
        for (String name : new String[] {"DB_PASSWORD", "JWT_SECRET", "BACKUP_SIGNING_KEY", "TOKEN"}) {
            assertThat(log).as(name).doesNotContain(local.variable(name));
        }
    }
}
