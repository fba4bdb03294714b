package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RestoreNamesTest {
    private static final String OPERATION = "op_20260103_140000_1a2b3c";

    @Test
    void theNamesTellWhoseRestoreItWas_andWhen() {
        assertThat(RestoreNames.scratch("app", OPERATION)).isEqualTo("app_r_202601031400001a2b3c");
        assertThat(RestoreNames.kept("app", OPERATION)).isEqualTo("app_b_202601031400001a2b3c");
        assertThat(RestoreNames.operationOf("app_b_202601031400001a2b3c")).contains(OPERATION);
        assertThat(RestoreNames.momentOf(OPERATION)).contains(Instant.parse("2026-01-03T14:00:00Z"));
    }

    @Test
    void aLongName_isCutByWholeCharacters_andNeverTheOperation() {
        String name = RestoreNames.kept("数据库".repeat(7), OPERATION);

        assertThat(name.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(63);
        assertThat(name)
                .startsWith("数据库数据库")
                .endsWith("_b_202601031400001a2b3c")
                .doesNotContain("\uFFFD");
        assertThat(RestoreNames.operationOf(name)).contains(OPERATION);
    }

    @Test
    void whatIsNoneOfOurs_isNotTakenForIt() {
        assertThat(RestoreNames.operationOf("app_b_1")).isEmpty();
        assertThat(RestoreNames.operationOf("app_r_202601031400001a2b3c")).isEmpty();
        assertThat(RestoreNames.momentOf("op_20261303_140000_1a2b3c")).isEmpty();
        assertThatThrownBy(() -> RestoreNames.scratch("app", "op_1\"; DROP DATABASE app"))
                .hasMessageContaining("op_1");
    }
}
