package dev.reliability.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.acceptance.Backend.Answer;
import dev.reliability.s3.S3Server;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Secrets are planted, everything is used and made to fail, and then everything that can be reached is searched for them:
 * command lines, logs, answers, the repository with its archives unpacked, and every other file that others may read.
 */
class SecretsIT {
    private static final String JWT_SECRET = "planted jwt secret, it's $long \"enough\" & more";
    private static final String SIGNING_KEY = "planted signing key it's $long \"enough\" & more";
    private static final String WRONG_PASSWORD = "planted-wrong-database-password";
    private static final String WRONG_S3_SECRET = "planted-wrong-s3-secret";
    private static final String SHORT_SECRET = "planted-but-short";

    private static final Instant BEGUN = Instant.now();

    private static final Map<String, String> SECRETS = new LinkedHashMap<>();
    /** What was answered or printed, by what was asked. */
    private static final Map<String, String> SAID = new LinkedHashMap<>();

    private static S3Backend s3;
    private static LocalBackend local;
    private static CommandLines commandLines;

    @BeforeAll
    static void useEverythingAndLetItFail() throws Exception {
        commandLines = new CommandLines();
        s3 = S3Backend.start(Map.of("JWT_SECRET", JWT_SECRET, "BACKUP_SIGNING_KEY", SIGNING_KEY));
        local = s3.local();
        assertThat(local.variable("JWT_SECRET")).isEqualTo(JWT_SECRET);
        assertThat(local.variable("BACKUP_SIGNING_KEY")).isEqualTo(SIGNING_KEY);
        plant("DB_PASSWORD", local.variable("DB_PASSWORD"));
        plant("JWT_SECRET", JWT_SECRET);
        plant("BACKUP_SIGNING_KEY", SIGNING_KEY);
        plant("S3 secret", S3Server.SECRET_KEY);
        plant("token", local.variable("TOKEN"));
        plant("wrong password", WRONG_PASSWORD);
        plant("wrong S3 secret", WRONG_S3_SECRET);
        plant("short secret", SHORT_SECRET);

        use(s3.backend());
        useCommandLine();
        refuseSecrets();
        breakSql(s3.backend());
        commandLines.close();
    }

    @AfterAll
    static void stop() throws IOException {
        s3.close();
    }

    private static void plant(String name, String secret) {
        SECRETS.put(name, secret);
        // As Basic authentication and passfiles of others would carry it.
        SECRETS.put(name + " in Base64", Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8)));
    }

    // ---- the use

    private static void use(Backend backend) throws Exception {
        try (Connection connection = local.connect();
                Statement statement = connection.createStatement()) {
            // So much that pg_dump and psql are there long enough to be seen.
            statement.execute(
                    "CREATE TABLE filler AS SELECT g, repeat(md5(g::text), 10) FROM generate_series(1, 200000) g");
        }
        String document = backend.upload("a document", "content".getBytes(StandardCharsets.UTF_8))
                .path("id")
                .asText();
        for (String type : List.of("database", "storage", "full")) {
            String id = backend.backUp(type);
            hear(backend, "/api/v1/backup/" + id);
            if (!type.equals("storage")) {
                for (String mode : List.of("switch", "in_place")) {
                    SAID.put(
                            "restore " + type + " " + mode,
                            backend.restore(id, "?mode=" + mode).toString());
                }
            }
        }
        for (String path : List.of(
                "/",
                "/health",
                "/health/live",
                "/health/ready",
                "/health/circuit-breakers",
                "/metrics",
                "/api/v1/backup/list",
                "/api/v1/documents",
                "/api/v1/documents/" + document,
                "/api/v1/documents/nothing",
                "/api/v1/backup/20200101_000000",
                "/api/v1/backup/operations/none",
                "/%2e%2e",
                "/nowhere")) {
            hear(backend, path);
            hear("anonymous " + path, backend.send(backend.anonymous(path).GET()));
        }
        hear(
                "spoiled token",
                backend.send(backend.anonymous("/api/v1/backup/list")
                        .header("Authorization", "Bearer " + backend.token() + "x")
                        .GET()));
        hear(
                "secret as token",
                backend.send(backend.anonymous("/api/v1/backup/list")
                        .header("Authorization", "Bearer " + SHORT_SECRET)
                        .GET()));
        hear(
                "bad body",
                backend.send(backend.request("/api/v1/documents")
                        .header("Content-Type", "multipart/form-data")
                        .POST(BodyPublishers.ofString("nothing"))));
    }

    private static void useCommandLine() throws IOException {
        for (String command : List.of(
                "scripts/backup-script.sh backup",
                "scripts/backup-script.sh full",
                "scripts/backup-script.sh cleanup")) {
            hear(command, local.shell(command));
        }
    }

    /** A wrong password, a wrong S3 secret, and one that stops the start. */
    private static void refuseSecrets() throws Exception {
        try (JarBackend wrong = JarBackend.beside(local, Map.of("DB_PASSWORD", WRONG_PASSWORD))) {
            letFail("wrong password", wrong);
        }
        try (JarBackend wrong = JarBackend.beside(
                local,
                Map.of(
                        "STORAGE_TYPE",
                        "minio",
                        "MINIO_ENDPOINT",
                        "127.0.0.1:" + s3.server().port(),
                        "MINIO_ACCESS_KEY",
                        S3Server.ACCESS_KEY,
                        "MINIO_SECRET_KEY",
                        WRONG_S3_SECRET,
                        "MINIO_BUCKET",
                        "ai-doc"))) {
            letFail("wrong S3 secret", wrong);
        }
        for (String variable : List.of("DB_PASSWORD=" + WRONG_PASSWORD, "BACKUP_SIGNING_KEY=" + SHORT_SECRET)) {
            LocalBackend.Result failed =
                    local.shell(variable.replaceFirst("=", "='") + "' scripts/backup-script.sh backup");
            assertThat(failed.code()).isNotZero();
            hear("command line with a wrong " + variable.replaceFirst("=.*", ""), failed);
        }
        LocalBackend.Result refused = local.shell(
                "JWT_SECRET='" + SHORT_SECRET + "' '" + JarBackend.java() + "' -jar '" + JarBackend.jar() + "' serve");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("JWT_SECRET");
        hear("short JWT_SECRET", refused);
    }

    private static void letFail(String name, JarBackend wrong) throws IOException {
        Backend backend = wrong.backend();
        boolean anyFailed = false;
        for (String path : List.of("/health", "/api/v1/documents", "/metrics")) {
            anyFailed |= backend.get(path).status() >= 500;
            hear(backend, path);
        }
        anyFailed |= backend.send(backend.request("/api/v1/documents?name=x").POST(BodyPublishers.ofString("x")))
                        .status()
                >= 500;
        Answer full = backend.post("/api/v1/backup/create?type=full");
        hear(name + " full", full);
        if (full.status() == 202) {
            String ended = backend.ended(full.json().path("operation").asText()).toString();
            SAID.put(name + " operation", ended);
            anyFailed |= ended.contains("failed");
        }
        assertThat(anyFailed).as("%s makes something fail", name).isTrue();
        SAID.put(name + " log", wrong.log());
    }

    private static void breakSql(Backend backend) throws Exception {
        try (Connection connection = local.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE documents RENAME COLUMN object_key TO other_key");
        }
        hear(backend, "/api/v1/documents");
        hear("upload", backend.send(backend.request("/api/v1/documents?name=x").POST(BodyPublishers.ofString("x"))));
        SAID.put("broken full", backend.run("/api/v1/backup/create?type=full").toString());
        assertThat(SAID.get("broken full")).contains("failed");
    }

    private static void hear(Backend backend, String path) {
        hear(path, backend.get(path));
    }

    private static void hear(String what, Answer answer) {
        SAID.put(what, answer.status() + " " + answer.response().headers().map() + " " + answer.text());
    }

    private static void hear(String what, LocalBackend.Result result) {
        SAID.put(what, result.out() + result.err());
    }

    // ---- the search

    @Test
    void noCommandLine_hasThem() {
        assertThat(commandLines.seen())
                .anyMatch(line -> line.contains("pg_dump"))
                .anyMatch(line -> line.contains("psql"));
        // The test's own shell that sets a variable in front of a command is the one exception.
        assertNone(
                "a command line",
                String.join(
                        "\n",
                        commandLines.seen().stream()
                                .filter(line -> !line.startsWith("sh -c . \"$1\" && shift && "))
                                .toList()));
    }

    @Test
    void noAnswerAndNoOutput_hasThem() {
        SAID.forEach(SecretsIT::assertNone);
    }

    @Test
    void noFile_hasThem_butThoseThatOnlyTheirOwnerReads() throws IOException {
        List<Path> holders = new ArrayList<>();
        int archives = 0;
        for (Path file : filesUnder(local.dataDir())) {
            // What run-local.sh shows on the terminal, the token for the user among it, is redirected there by this
            // test.
            if (file.endsWith("run-local.log")) {
                continue;
            }
            archives += file.toString().endsWith(".gz") ? 1 : 0;
            if (anyIn(contentOf(file))) {
                holders.add(local.dataDir().relativize(file));
                assertThat(Files.getPosixFilePermissions(file))
                        .as("who may use %s", file)
                        .isSubsetOf(Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
            }
        }
        assertThat(archives).as("archives of the repository that were unpacked").isGreaterThan(5);
        assertThat(holders).allMatch(file -> file.startsWith("secrets") || file.endsWith("run.env"));
    }

    @Test
    void noTemporaryFileThatOthersMayRead_hasThem() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (wasWrittenForOthersToRead(file)) {
                    assertThat(anyIn(contentOf(file)))
                            .as("%s has a secret", file)
                            .isFalse();
                }
            }
        }
    }

    @Test
    void theEnvironmentOfTheBackend_isForItsOwnerAlone() throws IOException {
        assertThat(Files.getPosixFilePermissions(Path.of("/proc/" + local.variable("PID") + "/environ")))
                .containsExactly(PosixFilePermission.OWNER_READ);
    }

    /** The files there; the server at work takes some of its own away while they are told. */
    private static List<Path> filesUnder(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                return goneMeanwhile(failure);
            }
        });
        return files;
    }

    private static FileVisitResult goneMeanwhile(IOException failure) throws IOException {
        if (failure instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
        }
        throw failure;
    }

    /** The file's bytes, unpacked; none if it was taken away meanwhile. */
    private static byte[] contentOf(Path file) throws IOException {
        try (InputStream stored = Files.newInputStream(file);
                InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(stored) : stored) {
            return in.readAllBytes();
        } catch (NoSuchFileException e) {
            return new byte[0];
        }
    }

    /** What was there before is none of ours. */
    private static boolean wasWrittenForOthersToRead(Path file) throws IOException {
        try {
            return Files.isReadable(file)
                    && Files.getLastModifiedTime(file).toInstant().isAfter(BEGUN)
                    && Files.size(file) < 10_000_000
                    && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static boolean anyIn(byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8);
        return SECRETS.values().stream().anyMatch(text::contains);
    }

    private static void assertNone(String where, String text) {
        SECRETS.forEach((name, secret) ->
                assertThat(text.contains(secret)).as("%s is in %s", name, where).isFalse());
    }
}
