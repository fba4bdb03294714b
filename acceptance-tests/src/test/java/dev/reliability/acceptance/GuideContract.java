package dev.reliability.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reliability.acceptance.Backend.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Every curl of the guide, as it is printed there but for address, token and id; answers are kept as golden files. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class GuideContract {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Set<String> made = new HashSet<>();

    /** The backend to try; one that runs elsewhere may have backups already, such as its schedule's. */
    abstract Backend backend();

    @Test
    @Order(1)
    void section2_health_isTheGuidesJson() throws IOException {
        Golden.assertMatches(
                "health.json",
                curl("curl -X GET \"http://localhost:8080/health\"").json());
        Answer answer = backend().send(backend().anonymous("/health").GET());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        assertThat(answer.text()).contains("数据库连接正常").contains("存储服务正常");
    }

    @Test
    @Order(1)
    void section2_health_isEnglishForWhoAsksForIt() {
        Answer answer = backend()
                .send(backend()
                        .anonymous("/health")
                        .header("Accept-Language", "en-GB,en")
                        .GET());
        assertThat(answer.json().path("components").path(0).path("message").asText())
                .isNotBlank()
                .matches("\\p{ASCII}+");
    }

    @Test
    @Order(1)
    void section2_theProbes() throws IOException {
        Golden.assertMatches(
                "live.json",
                curl("curl -X GET \"http://localhost:8080/health/live\"").json());
        Golden.assertMatches(
                "ready.json",
                curl("curl -X GET \"http://localhost:8080/health/ready\"").json());
    }

    @Test
    @Order(1)
    void section6_circuitBreakers() throws IOException {
        Golden.assertMatches(
                "circuit-breakers.json",
                curl("curl -X GET \"http://localhost:8080/health/circuit-breakers\"")
                        .json());
    }

    @Test
    @Order(2)
    void section3_createsABackupOfEachType() throws IOException {
        for (String type : List.of("database", "storage", "full")) {
            JsonNode begun = curl("curl -X POST \"http://localhost:8080/api/v1/backup/create?type=" + type + "\" \\\n"
                            + "  -H \"Authorization: Bearer <token>\"")
                    .json();
            JsonNode ended = backend().ended(begun.path("operation").asText());
            assertThat(ended.path("status").asText()).as(ended.toString()).isEqualTo("completed");
            Golden.assertMatches("operation-" + type + ".json", ended);
            made.add(ended.path("id").asText());
        }
    }

    @Test
    @Order(3)
    void section3_listsThem() throws IOException {
        JsonNode list = curl("curl -X GET \"http://localhost:8080/api/v1/backup/list\" \\\n"
                        + "  -H \"Authorization: Bearer <token>\"")
                .json();
        assertThat(list.path("count").asInt())
                .isEqualTo(list.path("backups").size())
                .isGreaterThanOrEqualTo(made.size());
        Golden.assertMatches("list.json", onlyMade((ObjectNode) list));
        list.path("backups")
                .forEach(backup -> assertThat(backup.path("size").asLong()).isPositive());
    }

    private ObjectNode onlyMade(ObjectNode list) {
        Iterator<JsonNode> all = list.path("backups").iterator();
        while (all.hasNext()) {
            if (!made.contains(all.next().path("id").asText())) {
                all.remove();
            }
        }
        return list.put("count", list.path("backups").size());
    }

    @Test
    @Order(4)
    void section3And5_restoresOne() throws IOException {
        String id = newest("full");
        JsonNode begun = curl(("curl -X POST \"http://localhost:8080/api/v1/backup/restore/20260103_140000\" \\\n"
                                + "  -H \"Authorization: Bearer <token>\"")
                        .replace("20260103_140000", id))
                .json();
        JsonNode ended = backend().ended(begun.path("operation").asText());
        assertThat(ended.path("status").asText()).as(ended.toString()).isEqualTo("completed");
        assertThat(ended.path("id").asText()).isEqualTo(id);
    }

    @Test
    @Order(5)
    void section3_deletesOne() throws IOException {
        String id = newest("storage");
        Curled deleted = curl(("curl -X DELETE \"http://localhost:8080/api/v1/backup/20260103_140000\" \\\n"
                        + "  -H \"Authorization: Bearer <token>\"")
                .replace("20260103_140000", id));
        assertThat(deleted.out()).isEmpty();
        assertThat(backend().get("/api/v1/backup/" + id).status()).isEqualTo(404);
        assertThat(backend().delete("/api/v1/backup/" + id).status()).isEqualTo(404);
    }

    private String newest(String type) {
        JsonNode list =
                backend().get("/api/v1/backup/list?type=" + type + "&limit=1").json();
        return list.path("backups").path(0).path("id").asText();
    }

    private record Curled(String out) {
        JsonNode json() throws IOException {
            return JSON.readTree(out);
        }
    }

    /** Runs a command of the guide with a shell. Its placeholders are address and token. */
    private Curled curl(String command) throws IOException {
        String real = command.replace(
                        "http://localhost:8080", backend().address().toString())
                .replace("<token>", backend().token());
        Process process = new ProcessBuilder("sh", "-c", real)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertThat(process.waitFor()).as(command).isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        return new Curled(out);
    }
}
