package dev.reliability.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthJsonTest {
    private static final Instant AT = Instant.parse("2026-01-03T14:00:00Z");
    private static final HealthMessages CHINESE = HealthMessages.of("zh-CN");
    private static final HealthMessages ENGLISH = HealthMessages.of("en");

    private static final Health DATABASE_OK = Health.healthy(Message.of("database.ok", "database connection works"));
    private static final Health STORAGE_OK = Health.healthy(Message.of("storage.ok", "storage works"));
    private static final Health STORAGE_FAILED =
            Health.unhealthy(Message.of("storage.failed", "storage is unavailable"));

    private static HealthReport report(HealthStatus status, ComponentHealth... components) {
        return new HealthReport(status, AT.plusNanos(999_999_999), List.of(components), Duration.parse("PT2H30M45.9S"));
    }

    private static ComponentHealth component(String name, Health health) {
        return new ComponentHealth(name, health, AT.plusMillis(123));
    }

    @Test
    void healthyReport_isTheGuidesJson() {
        HealthReport report =
                report(HealthStatus.HEALTHY, component("database", DATABASE_OK), component("storage", STORAGE_OK));

        assertThat(HealthJson.render(report, CHINESE)).isEqualTo(Golden.compact("healthy-zh-CN.json"));
    }

    @Test
    void reportInEnglish_hasOnlyOtherMessages() {
        HealthReport report = report(
                HealthStatus.UNHEALTHY, component("database", DATABASE_OK), component("storage", STORAGE_FAILED));

        assertThat(HealthJson.render(report, ENGLISH)).isEqualTo(Golden.compact("unhealthy-en.json"));
    }

    @Test
    void reportWithoutComponents_hasAnEmptyList() {
        assertThat(HealthJson.render(report(HealthStatus.HEALTHY), CHINESE))
                .isEqualTo("{\"status\":\"healthy\",\"timestamp\":\"2026-01-03T14:00:00Z\",\"components\":[],"
                        + "\"uptime\":\"2h30m45s\"}");
    }

    @Test
    void details_appearOnlyWhenAskedFor() {
        Health health = DATABASE_OK
                .with("host", "db-1")
                .with("pool", 7)
                .with("share", 0.5)
                .with("primary", true);
        HealthReport report =
                report(HealthStatus.HEALTHY, component("database", health), component("storage", STORAGE_OK));

        assertThat(HealthJson.render(report, CHINESE)).isEqualTo(Golden.compact("healthy-zh-CN.json"));
        assertThat(HealthJson.render(report, CHINESE, true)).isEqualTo(Golden.compact("healthy-zh-CN-details.json"));
    }

    @Test
    void textThatJsonCanNotCarry_isEscaped_andNothingElse() {
        Health health = Health.healthy(
                        Message.of("own", "\"quoted\" \\ tab\t line\n bell\u0007 emoji 😀 alone \ud83d. 中"))
                .with("odd", Double.NaN)
                .with("list", List.of(1, 2));

        assertThat(HealthJson.render(report(HealthStatus.HEALTHY, component("own", health)), CHINESE, true))
                .contains("\"message\":\"\\\"quoted\\\" \\\\ tab\\t line\\n bell\\u0007 emoji 😀 alone \\ud83d. 中\"")
                .contains("\"details\":{\"odd\":\"NaN\",\"list\":\"[1, 2]\"}");
    }
}
