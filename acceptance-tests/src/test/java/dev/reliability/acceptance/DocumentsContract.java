package dev.reliability.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reliability.acceptance.Backend.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The document library as its users see it. */
abstract class DocumentsContract {
    abstract Backend backend();

    @Test
    void aDocument_isUploadedReadReplacedAndDeleted() {
        byte[] first = bytes(1, 300_000);
        byte[] second = bytes(2, 10);

        JsonNode document = backend().upload("年度 报告 2026.bin", first);
        String path = "/api/v1/documents/" + document.path("id").asText();
        assertThat(document.path("name").asText()).isEqualTo("年度 报告 2026.bin");
        assertThat(document.path("size").asLong()).isEqualTo(first.length);
        assertThat(document.path("sha256").asText()).matches("[0-9a-f]{64}");
        assertThat(backend().content(document.path("id").asText())).isEqualTo(first);

        Answer replaced = backend()
                .send(backend()
                        .request(path + "/content")
                        .header("Content-Type", "application/octet-stream")
                        .PUT(BodyPublishers.ofByteArray(second)));
        assertThat(replaced.status()).as(replaced.text()).isBetween(200, 204);
        assertThat(backend().content(document.path("id").asText())).isEqualTo(second);

        assertThat(backend().delete(path).status()).isEqualTo(204);
        assertThat(backend().get(path).status()).isEqualTo(404);
        assertThat(backend().get(path + "/content").problem()).isEqualTo("not_found");
    }

    @Test
    void aMultipartUpload_keepsTheNameOfItsFile() {
        String boundary = "----boundary-of-the-test";
        String body = "--" + boundary + "\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename=\"read me 说明.txt\"\r\n"
                + "Content-Type: text/plain\r\n\r\nhello\r\n--" + boundary + "--\r\n";
        Answer answer = backend()
                .send(backend()
                        .request("/api/v1/documents")
                        .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                        .POST(BodyPublishers.ofString(body, StandardCharsets.UTF_8)));

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(answer.header("Location"))
                .endsWith("/api/v1/documents/" + answer.json().path("id").asText());
        assertThat(answer.json().path("name").asText()).isEqualTo("read me 说明.txt");
        assertThat(new String(backend().content(answer.json().path("id").asText()), StandardCharsets.UTF_8))
                .isEqualTo("hello");
    }

    @Test
    void aRangeOfADocument_isReadAlone_andAnUnchangedOneNotAgain() {
        byte[] content = bytes(3, 1000);
        String path = "/api/v1/documents/"
                + backend().upload("range.bin", content).path("id").asText() + "/content";

        Answer part = backend()
                .send(backend().request(path).header("Range", "bytes=10-19").GET());
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.header("Content-Range")).isEqualTo("bytes 10-19/1000");
        assertThat(part.response().body()).isEqualTo(java.util.Arrays.copyOfRange(content, 10, 20));
        assertThat(backend()
                        .send(backend()
                                .request(path)
                                .header("Range", "bytes=1000-")
                                .GET())
                        .status())
                .isEqualTo(416);

        String etag = backend().get(path).header("ETag");
        assertThat(etag).isNotBlank();
        assertThat(backend()
                        .send(backend()
                                .request(path)
                                .header("If-None-Match", etag)
                                .GET())
                        .status())
                .isEqualTo(304);
    }

    @Test
    void theList_isReadPageByPage() {
        Set<String> uploaded = new HashSet<>();
        for (int i = 0; i < 7; i++) {
            uploaded.add(backend().upload("page " + i, bytes(i, 5)).path("id").asText());
        }
        Set<String> seen = new HashSet<>();
        String next = "";
        do {
            JsonNode page = backend()
                    .get("/api/v1/documents?limit=3" + (next.isEmpty() ? "" : "&after=" + next))
                    .json();
            assertThat(page.path("documents").size()).isLessThanOrEqualTo(3);
            page.path("documents")
                    .forEach(document -> assertThat(seen.add(document.path("id").asText()))
                            .as("listed once")
                            .isTrue());
            next = page.path("next").asText("");
        } while (!next.isEmpty() && !next.equals("null"));
        assertThat(seen).containsAll(uploaded);
    }

    private static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
