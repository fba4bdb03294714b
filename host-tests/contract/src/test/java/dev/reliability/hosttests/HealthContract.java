package dev.reliability.hosttests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.core.health.Health;
import dev.reliability.core.health.Message;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /health…}. */
public abstract class HealthContract extends HostContract {
    private static final Health BROKEN = Health.unhealthy(Message.of("database.failed", "database connection failed"))
            .with("error", "connection refused: db-7.internal:5432")
            .with("attempts", 3);

    @Test
    void health_isByteForByteTheGuidesAnswer() {
        Answer answer = call("GET", "/health").send().has(200);

        assertThat(answer.body())
                .isEqualTo("{\"status\":\"healthy\",\"timestamp\":\"2026-01-03T14:00:00Z\",\"components\":["
                        + "{\"name\":\"database\",\"status\":\"healthy\",\"message\":\"数据库连接正常\","
                        + "\"timestamp\":\"2026-01-03T14:00:00Z\"},"
                        + "{\"name\":\"storage\",\"status\":\"healthy\",\"message\":\"存储服务正常\","
                        + "\"timestamp\":\"2026-01-03T14:00:00Z\"}],\"uptime\":\"2h30m45s\"}\n");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Content-Language")).isEqualTo("zh-CN");
        assertThat(answer.header("Vary")).contains("Accept-Language");
    }

    @Test
    void unhealthy_is503WithTheReportAndNotAProblem() {
        health.database(BROKEN);

        Answer answer = call("GET", "/health").send().has(503);

        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.json()).containsEntry("status", "unhealthy");
        assertThat(answer.body()).contains("数据库连接失败").doesNotContain("db-7", "details");
    }

    @Test
    void degraded_is200() {
        health.database(Health.degraded(Message.of("database.ok", "slow")));

        assertThat(call("GET", "/health").send().has(200).json()).containsEntry("status", "degraded");
    }

    @ParameterizedTest
    @CsvSource({
        "/health/live,            200, '\"components\":[]'",
        "/health/ready,           200, '\"name\":\"started\"'",
        "/health/startup,         503, 尚未检查",
        "/health/groups/reports,  200, '\"components\":[]'",
        "/health/,                200, '\"name\":\"database\"'",
        "/health?nocache=1,       200, '\"name\":\"database\"'",
    })
    void eachProbe_answersItsOwnGroup(String path, int status, String part) {
        assertThat(call("GET", path).send().has(status).body()).contains(part, "\"uptime\":\"2h30m45s\"");
    }

    @Test
    void unknownGroup_is404AndNamesIt() {
        call("GET", "/health/groups/nonsense").send().isProblem(404, "not_found", "'nonsense'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/live", "/health/startup", "/health/circuit-breakers"})
    void head_hasTheStatusAndHeadersOfGetWithoutABody(String path) {
        Answer get = call("GET", path).send();
        Answer head = call("HEAD", path).send().has(get.status());

        assertThat(head.body()).isEmpty();
        assertThat(head.header("Content-Type")).isEqualTo("application/json");
        assertThat(head.header("Cache-Control")).isEqualTo("no-store");
    }

    @ParameterizedTest
    @CsvSource(
            value = {"en-GB,en;q=0.8 | en | database connection works", "fr | zh-CN | 数据库连接正常", ";;; | zh-CN | 数据库连接正常"
            },
            delimiter = '|')
    void acceptLanguage_choosesTheMessages(String accepted, String language, String message) {
        Answer answer =
                call("GET", "/health").with("Accept-Language", accepted).send().has(200);

        assertThat(answer.header("Content-Language")).isEqualTo(language);
        assertThat(answer.body()).contains(message);
    }

    @Test
    void defaultLanguage_isTheEmbeddersChoice() throws Exception {
        serve(new Components(standard().language("en").build().singletons()));

        assertThat(call("GET", "/health").send().body()).contains("database connection works");
    }

    @Test
    void details_areForWhoeverShowsAValidToken() {
        health.database(BROKEN);

        assertThat(as("", "GET", "/health").send().has(503).body())
                .contains("\"details\":{\"error\":\"connection refused: db-7.internal:5432\",\"attempts\":3}");
    }

    @Test
    void wrongToken_isRefusedOnAnOpenEndpoint() {
        call("GET", "/health").token(token("") + "x").send().isProblem(401, "token_signature_invalid");
    }

    @Test
    void anotherKindOfCredentials_isNoTokenAndSoIgnored() {
        call("GET", "/health").with("Authorization", "Basic YTpi").send().has(200);
    }

    @Test
    void circuitBreakers_showStateCountsAndThresholds() {
        health.getCircuitBreaker("database", 5, Duration.ofSeconds(30));
        health.getCircuitBreaker("storage", 3, Duration.ofSeconds(10)).tryHalfOpen();

        Answer answer = call("GET", "/health/circuit-breakers").send().has(200);

        assertThat(answer.json()).containsEntry("count", 2);
        assertThat(answer.body())
                .startsWith("{\"count\":2,\"circuit_breakers\":[{\"name\":\"database\",\"state\":\"closed\",")
                .contains("\"failure_threshold\":5", "\"open_duration\":\"30s\"");
    }

    @Test
    void brokenService_is500WithoutDetails() {
        health.failWith(new IllegalStateException("jdbc:postgresql://db-7.internal/?password=hunter2"));

        Answer answer = call("GET", "/health").send();

        assertThat(answer.isProblem(500, "internal").get("instance")).asString().startsWith("urn:uuid:");
        assertThat(answer.body()).doesNotContain("hunter2", "IllegalState", "db-7");
    }
}
