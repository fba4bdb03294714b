package dev.reliability.sample.documents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.sample.Sample;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API as a client sees it, on a real database and a real folder. */
@ExtendWith(PrivatePostgres.Shared.class)
class DocumentApiTest {
    private static final String PATH = "/api/v1/documents";
    private static final int LIMIT = 1_000_000;
    private static final String HELLO_SHA256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    @TempDir
    private static Path folder;

    private static Sample sample;
    private static PrivatePostgres server;
    private static String database;

    @BeforeAll
    static void start(PrivatePostgres postgres) throws Exception {
        server = postgres;
        database = postgres.createDatabase();
        sample = Sample.start(postgres, database, folder, "MAX_UPLOAD_BYTES", String.valueOf(LIMIT));
        Awaitility.await().until(() -> sample.get(PATH).statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        sample.close();
    }

    @Test
    void an_uploaded_document_is_described_and_comes_back_byte_by_byte() throws Exception {
        byte[] content = random(300_000);
        HttpResponse<String> created = sample.send(sample.request(PATH + "?name=a%20b.bin")
                .header("Content-Type", "application/pdf")
                .POST(BodyPublishers.ofByteArray(content)));

        assertThat(created.statusCode()).isEqualTo(201);
        String id = Sample.field(created, "id");
        assertThat(created.headers().firstValue("Location"))
                .hasValue(sample.uri(PATH + "/" + id).toString());
        assertThat(created.body())
                .matches("\\{\"id\":\"[0-9a-f-]{36}\",\"name\":\"a b.bin\",\"size\":300000,\"content_type\":"
                        + "\"application/pdf\",\"sha256\":\"[0-9a-f]{64}\","
                        + "\"created_at\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\"}\n");
        assertThat(sample.get(PATH + "/" + id).body()).isEqualTo(created.body());
        assertThat(sample.bytes(sample.request(PATH + "/" + id + "/content"))).isEqualTo(content);
    }

    @Test
    void the_object_of_a_document_is_one_plain_file_with_its_bytes() throws Exception {
        byte[] content = random(1_000);
        sample.upload("plain", content);

        try (Stream<Path> files = Files.walk(folder.resolve("storage").resolve("documents"))) {
            assertThat(files.filter(Files::isRegularFile))
                    .anySatisfy(file -> assertThat(file).hasBinaryContent(content));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "form-data; name=\"file\"; filename=\"a b.txt\" | a b.txt",
                "form-data; name=\"file\"; filename=\"中文 文件.txt\" | 中文 文件.txt",
                "form-data; name=file; filename=plain.txt | plain.txt",
                "form-data; name=\"file\"; filename=\"say %22hi%22.txt\" | say \\\"hi\\\".txt",
                "form-data; name=\"file\"; filename=\"_.txt\"; filename*=UTF-8''%E6%96%87.txt | 文.txt",
            })
    void a_multipart_file_keeps_its_name(String disposition, String name) throws Exception {
        HttpResponse<String> created = sample.send(sample.request(PATH)
                .header("Content-Type", "multipart/form-data; boundary=xyz")
                .POST(Sample.multipart("xyz", disposition, "hello".getBytes(UTF_8))));

        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.body())
                .contains("\"name\":\"" + name + "\",\"size\":5,\"content_type\":\"text/plain\",\"sha256\":\""
                        + HELLO_SHA256 + "\"");
    }

    @Test
    void a_name_that_is_not_ascii_is_offered_for_saving_as_it_is() throws Exception {
        String id = sample.upload(URLEncoder.encode("报告 1.pdf", UTF_8), new byte[1]);

        assertThat(sample.get(PATH + "/" + id + "/content").headers().firstValue("Content-Disposition"))
                .hasValue("attachment; filename=\"__ 1.pdf\"; filename*=UTF-8''%E6%8A%A5%E5%91%8A%201.pdf");
    }

    @Test
    void an_empty_document_is_a_document() throws Exception {
        String id = sample.upload("empty", new byte[0]);

        assertThat(sample.bytes(sample.request(PATH + "/" + id + "/content"))).isEmpty();
    }

    @Test
    void parts_are_delivered_as_asked_for() throws Exception {
        String content = PATH + "/" + sample.upload("digits", "0123456789".getBytes(UTF_8)) + "/content";

        HttpResponse<String> part = sample.send(sample.request(content).header("Range", "bytes=2-4"));
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo("234");
        assertThat(part.headers().firstValue("Content-Range")).hasValue("bytes 2-4/10");
        assertThat(sample.send(sample.request(content).header("Range", "bytes=-3"))
                        .body())
                .isEqualTo("789");
        HttpResponse<String> beyond = sample.send(sample.request(content).header("Range", "bytes=10-"));
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(beyond.headers().firstValue("Content-Range")).hasValue("bytes */10");
        assertThat(beyond.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    @Test
    void who_has_the_bytes_does_not_get_them_again() throws Exception {
        String content = PATH + "/" + sample.upload("tagged", "hello".getBytes(UTF_8)) + "/content";
        String tag = sample.get(content).headers().firstValue("ETag").orElseThrow();

        assertThat(tag).isEqualTo("\"" + HELLO_SHA256 + "\"");
        assertThat(sample.send(sample.request(content).header("If-None-Match", tag))
                        .statusCode())
                .isEqualTo(304);
        assertThat(sample.send(sample.request(content).header("If-None-Match", "\"other\""))
                        .statusCode())
                .isEqualTo(200);
        assertThat(sample.send(sample.request(content)
                                .header("Range", "bytes=0-0")
                                .header("If-Range", "\"other\""))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void other_content_is_another_object_and_the_old_one_stays_for_its_grace() throws Exception {
        String id = sample.upload("changing", "one".getBytes(UTF_8));
        String oldKey = keyOf(id);

        HttpResponse<String> replaced = sample.send(sample.request(PATH + "/" + id + "/content")
                .header("Content-Type", "text/plain")
                .PUT(BodyPublishers.ofString("second")));

        assertThat(replaced.statusCode()).isEqualTo(200);
        assertThat(replaced.body()).contains("\"name\":\"changing\",\"size\":6,\"content_type\":\"text/plain\"");
        assertThat(sample.get(PATH + "/" + id + "/content").body()).isEqualTo("second");
        assertThat(keyOf(id)).isNotEqualTo(oldKey);
        assertThat(folder.resolve("storage").resolve(oldKey)).hasContent("one");
        assertThat(server.query(database, "SELECT object_key FROM object_deletions"))
                .contains(oldKey);
    }

    @Test
    void a_deleted_document_is_gone_at_once_and_its_bytes_wait_for_their_grace() throws Exception {
        String id = sample.upload("doomed", "bytes".getBytes(UTF_8));
        String key = keyOf(id);

        assertThat(sample.send(sample.request(PATH + "/" + id).DELETE()).statusCode())
                .isEqualTo(204);

        assertThat(sample.get(PATH + "/" + id).statusCode()).isEqualTo(404);
        assertThat(sample.get(PATH + "/" + id + "/content").statusCode()).isEqualTo(404);
        assertThat(sample.send(sample.request(PATH + "/" + id).DELETE()).statusCode())
                .isEqualTo(404);
        assertThat(folder.resolve("storage").resolve(key)).exists();
        assertThat(server.query(database, "SELECT object_key FROM object_deletions"))
                .contains(key);
    }

    @Test
    void bytes_that_are_gone_are_a_problem_of_their_own_which_the_breaker_does_not_count() throws Exception {
        String id = sample.upload("lost", "bytes".getBytes(UTF_8));
        Files.delete(folder.resolve("storage").resolve(keyOf(id)));

        for (int i = 0; i < 6; i++) {
            HttpResponse<String> answer = sample.get(PATH + "/" + id + "/content");
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).contains("urn:problem:reliability:content_missing");
        }
    }

    @Test
    void the_list_is_paged_newest_first_and_nothing_is_left_out_or_shown_twice() throws Exception {
        List<String> added = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            added.add(sample.upload("paged-" + i, new byte[] {1}));
        }
        List<String> seen = new ArrayList<>();
        String after = "";
        do {
            HttpResponse<String> page = sample.get(PATH + "?limit=3" + after);
            Matcher ids = Pattern.compile("\"id\":\"([^\"]*)\"").matcher(page.body());
            while (ids.find()) {
                seen.add(ids.group(1));
            }
            after = page.body().contains("\"next\":null") ? "" : "&after=" + Sample.field(page, "next");
        } while (!after.isEmpty());

        assertThat(seen).doesNotHaveDuplicates().containsAll(added);
        assertThat(seen.indexOf(added.get(6))).isLessThan(seen.indexOf(added.get(0)));
        assertThat(sample.get(PATH + "?limit=1").body()).startsWith("{\"count\":" + new HashSet<>(seen).size() + ",");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/documents?limit=0, 400, malformed_limit",
        "GET, /api/v1/documents?limit=1001, 400, malformed_limit",
        "GET, /api/v1/documents?after=x, 400, malformed_after",
        "GET, /api/v1/documents/..x, 400, malformed_id",
        "GET, /api/v1/documents/00000000-0000-0000-0000-000000000000, 404, not_found",
        "POST, /api/v1/documents, 400, name_missing",
        "POST, /api/v1/documents?name=%00, 400, malformed_name",
        "PATCH, /api/v1/documents, 405, method_not_allowed",
    })
    void a_wrong_request_is_told_what_is_wrong(String method, String path, int status, String code) throws Exception {
        HttpResponse<String> answer = sample.send(sample.request(path).method(method, BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("\"urn:problem:reliability:" + code + "\"");
    }

    @Test
    void a_multipart_body_needs_its_file_and_its_end() throws Exception {
        byte[] content = "hello".getBytes(UTF_8);
        HttpResponse<String> other = sample.send(sample.request(PATH)
                .header("Content-Type", "multipart/form-data; boundary=xyz")
                .POST(Sample.multipart("xyz", "form-data; name=\"other\"; filename=\"a\"", content)));
        HttpResponse<String> cut = sample.send(sample.request(PATH)
                .header("Content-Type", "multipart/form-data; boundary=xyz")
                .POST(BodyPublishers.ofString(
                        "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhel")));

        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(other.body()).contains("file_missing");
        assertThat(cut.statusCode()).isEqualTo(400);
        assertNothingIsLeftOver();
    }

    @Test
    void without_a_token_or_the_scope_nothing_is_told() throws Exception {
        assertThat(sample.send(sample.anonymous(PATH)).statusCode()).isEqualTo(401);
        assertThat(sample.send(sample.anonymous(PATH).header("Authorization", "Bearer x"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(sample.send(sample.request("/api/v1/backup/create?type=full").POST(BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void an_upload_over_the_limit_is_refused_whether_or_not_it_says_its_length() throws Exception {
        byte[] tooLarge = random(LIMIT + 1);
        long before = count();

        HttpResponse<String> told =
                sample.send(sample.request(PATH + "?name=x").POST(BodyPublishers.ofByteArray(tooLarge)));
        HttpResponse<String> streamed = sample.send(sample.request(PATH + "?name=x")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(tooLarge))));
        HttpResponse<String> multipart = sample.send(sample.request(PATH)
                .header("Content-Type", "multipart/form-data; boundary=xyz")
                .POST(Sample.multipart("xyz", "form-data; name=\"file\"; filename=\"a\"", tooLarge)));

        assertThat(List.of(told.statusCode(), streamed.statusCode(), multipart.statusCode()))
                .containsOnly(413);
        assertThat(streamed.body()).contains("urn:problem:reliability:content_too_large", "1000000");
        assertThat(count()).isEqualTo(before);
        assertNothingIsLeftOver();
        sample.upload("just-fits", random(LIMIT));
    }

    @Test
    void an_upload_that_leaves_too_little_room_is_refused(PrivatePostgres postgres) throws Exception {
        Path full = folder.resolve("full");
        try (Sample crowded =
                Sample.start(postgres, database, full, "MIN_FREE_BYTES", String.valueOf(Long.MAX_VALUE))) {
            HttpResponse<String> refused =
                    crowded.send(crowded.request(PATH + "?name=x").POST(BodyPublishers.ofString("hello")));

            assertThat(refused.statusCode()).isEqualTo(507);
            assertThat(refused.body()).contains("urn:problem:reliability:no_space");
        }
    }

    /** What was begun and not finished is due to be deleted at once, and no temporary file is there. */
    private static void assertNothingIsLeftOver() throws IOException {
        assertThat(server.query(
                        database,
                        "SELECT object_key FROM object_deletions q WHERE due_at > now() AND NOT EXISTS"
                                + " (SELECT 1 FROM documents d WHERE d.object_key = q.object_key)"
                                + " AND q.object_key IN ('" + String.join("','", missingFiles()) + "')"))
                .isEmpty();
        try (Stream<Path> files = Files.walk(folder.resolve("storage").resolve(".store"))) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    private static List<String> missingFiles() {
        return server.query(database, "SELECT object_key FROM object_deletions").stream()
                .filter(key -> !Files.exists(folder.resolve("storage").resolve(key)))
                .toList();
    }

    private static String keyOf(String id) {
        return server.query(database, "SELECT object_key FROM documents WHERE id = '" + id + "'")
                .get(0);
    }

    private static long count() {
        return Long.parseLong(
                server.query(database, "SELECT count(*) FROM documents").get(0));
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
