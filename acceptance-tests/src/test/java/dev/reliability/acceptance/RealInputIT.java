package dev.reliability.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reliability.acceptance.Backend.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two million rows and five hundred real files are backed up, damaged in every way, and restored to the last byte. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RealInputIT {
    private static final int FILES = 500;
    private static final int LARGE = 101 * 1024 * 1024;

    private static LocalBackend local;
    private static Backend backend;
    private static final Map<String, String> sha256ById = new LinkedHashMap<>();
    private static Map<String, String> tables;
    private static final Map<String, String> backupByType = new TreeMap<>();

    @BeforeAll
    static void fillAndBackUp() throws Exception {
        local = LocalBackend.start(Map.of());
        backend = local.backend();
        LocalBackend.Result pgbench =
                local.shell("PGPASSWORD=$DB_PASSWORD pgbench -h $DB_HOST -p $DB_PORT -U $DB_USER -i -q -s 20 $DB_NAME");
        assertThat(pgbench.code()).as(pgbench.err()).isZero();
        uploadFiles();
        tables = tableDigests();
        for (String type : List.of("database", "storage", "full")) {
            backupByType.put(type, backend.backUp(type));
        }
    }

    @AfterAll
    static void stop() throws IOException {
        local.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"switch", "in_place"})
    @Order(1)
    void aFullBackup_bringsBackEveryRowAndFile(String mode) throws Exception {
        List<String> added = damage();

        backend.restore(backupByType.get("full"), "?mode=" + mode);

        assertThat(tableDigests()).isEqualTo(tables);
        assertEveryFileIsBack();
        for (String id : added) {
            assertThat(backend.get("/api/v1/documents/" + id).status())
                    .as("the row of what came after the backup is gone")
                    .isEqualTo(404);
        }
        assertThat(objectFiles()).as("its object stays").hasSizeGreaterThan(sha256ById.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"switch", "in_place"})
    @Order(2)
    void aDatabaseBackup_bringsBackEveryRow_andLeavesObjectsAlone(String mode) throws Exception {
        Path overwritten = objectFiles().get(0);
        byte[] current = "not what was uploaded".getBytes(StandardCharsets.UTF_8);
        byte[] before = Files.readAllBytes(overwritten);
        damage();
        Files.write(overwritten, current);

        backend.restore(backupByType.get("database"), "?mode=" + mode);

        assertThat(tableDigests()).isEqualTo(tables);
        assertThat(overwritten).hasBinaryContent(current);
        Files.write(overwritten, before);
    }

    @Test
    @Order(3)
    void aStorageBackup_bringsBackEveryObject_andLeavesRowsAlone() throws Exception {
        damage();
        Map<String, String> rowsNow = tableDigests();

        backend.restore(backupByType.get("storage"), "");

        assertThat(tableDigests()).isEqualTo(rowsNow);
        backend.restore(backupByType.get("database"), "");
        assertEveryFileIsBack();
    }

    // ---- filling

    private static void uploadFiles() throws Exception {
        List<Path> files = realFiles();
        Path large = Files.createTempFile("large file ", ".bin");
        try {
            Random random = new Random(42);
            byte[] block = new byte[1024 * 1024];
            try (OutputStream out = Files.newOutputStream(large)) {
                for (int written = 0; written < LARGE; written += block.length) {
                    random.nextBytes(block);
                    out.write(block);
                }
            }
            for (int i = 0; i < FILES - 1; i++) {
                Path file = files.get(i % files.size());
                String name = file.getFileName() + (i % 7 == 0 ? " 副本 " + i + ".txt" : "");
                upload(name, file);
            }
            upload("a large file with blanks 大文件.bin", large);
        } finally {
            Files.delete(large);
        }
        assertThat(sha256ById).hasSize(FILES);
    }

    /** Documentation where the system has some, else this project's own files. */
    private static List<Path> realFiles() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path folder : List.of(Path.of("/usr/share/doc"), LocalBackend.ROOT.resolve("docs"), LocalBackend.ROOT)) {
            if (Files.isDirectory(folder) && files.size() < FILES) {
                try (Stream<Path> walk = Files.walk(folder, 4)) {
                    walk.filter(Files::isRegularFile)
                            .filter(Files::isReadable)
                            .limit(FILES)
                            .forEach(files::add);
                }
            }
        }
        return files;
    }

    private static void upload(String name, Path file) throws Exception {
        String query = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        Answer answer = backend.send(backend.request("/api/v1/documents?name=" + query)
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofFile(file)));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        JsonNode document = answer.json();
        assertThat(document.path("sha256").asText()).isEqualTo(sha256(file));
        sha256ById.put(document.path("id").asText(), document.path("sha256").asText());
    }

    // ---- damaging

    /** Half the documents deleted, one overwritten and some removed behind the application's back, new ones, a table. */
    private static List<String> damage() throws Exception {
        List<String> ids = List.copyOf(sha256ById.keySet());
        for (int i = 0; i < ids.size(); i += 2) {
            assertThat(backend.delete("/api/v1/documents/" + ids.get(i)).status())
                    .isIn(204, 404);
        }
        List<Path> objects = objectFiles();
        Files.writeString(objects.get(1), "overwritten behind the application's back");
        for (Path object : objects.subList(2, 12)) {
            Files.delete(object);
        }
        List<String> added = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            added.add(
                    backend.upload("new " + i, new byte[] {(byte) i}).path("id").asText());
        }
        try (Connection connection = local.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS pgbench_tellers");
            statement.execute("DELETE FROM pgbench_accounts WHERE aid % 3 = 0");
        }
        return added;
    }

    private static List<Path> objectFiles() throws IOException {
        try (Stream<Path> walk = Files.walk(local.storage())) {
            return walk.filter(Files::isRegularFile)
                    .filter(file -> !local.storage().relativize(file).toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    // ---- comparing

    private static void assertEveryFileIsBack() {
        sha256ById.forEach((id, sha256) ->
                assertThat(sha256(backend.content(id))).as("document %s", id).isEqualTo(sha256));
    }

    private static Map<String, String> tableDigests() throws SQLException {
        Map<String, String> digests = new TreeMap<>();
        try (Connection connection = local.connect();
                Statement statement = connection.createStatement()) {
            List<String> names = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                    + " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
            for (String name : names) {
                try (ResultSet row = statement.executeQuery("SELECT count(*) || ' rows, '"
                        + " || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM " + name + " t")) {
                    row.next();
                    digests.put(name, row.getString(1));
                }
            }
        }
        return digests;
    }

    private static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest = digest();
        try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
