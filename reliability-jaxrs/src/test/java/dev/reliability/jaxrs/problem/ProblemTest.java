package dev.reliability.jaxrs.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemTest {
    @Test
    void json_hasTheFieldsOfTheRfc_andOnlyThoseThatSaySomething() {
        assertThat(Problem.of(404, "content_missing", "The object of \"a\" is gone.")
                        .toJson())
                .isEqualTo("{\"type\":\"urn:problem:reliability:content_missing\",\"title\":\"Content missing\","
                        + "\"status\":404,\"detail\":\"The object of \\\"a\\\" is gone.\"}");
        assertThat(Problem.of(409, "refused", "No.")
                        .withInstance("urn:uuid:1")
                        .withOperation("op-1")
                        .withReasons(List.of("a", "b"))
                        .toJson())
                .endsWith(
                        "\"detail\":\"No.\",\"instance\":\"urn:uuid:1\",\"operation\":\"op-1\",\"reasons\":[\"a\",\"b\"]}");
    }

    @ParameterizedTest
    @CsvSource({"PT0S, 1", "PT0.001S, 1", "PT1S, 1", "PT1.000000001S, 2", "PT30S, 30", "PT-5S, 1"})
    void retryAfter_isInWholeSecondsRoundedUp_atLeastOne(Duration after, long seconds) {
        assertThat(Problem.of(503, "unavailable", "x").withRetryAfter(after).retryAfterSeconds())
                .isEqualTo(seconds);
    }

    @Test
    void retryAfter_isAlwaysGivenWith409And429And503_andElseNotByItself() {
        assertThat(List.of(409, 429, 503))
                .allSatisfy(status -> assertThat(Problem.ofStatus(status).retryAfterSeconds())
                        .isEqualTo(Problem.DEFAULT_RETRY_SECONDS));
        assertThat(Problem.ofStatus(507).retryAfterSeconds()).isNull();
        assertThat(Problem.ofStatus(507).withRetryAfter(Duration.ofSeconds(9)).retryAfterSeconds())
                .isEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 405, 406, 409, 413, 414, 415, 416, 418, 429, 431, 500, 502, 503, 507})
    void everyErrorStatus_hasAStandardProblem(int status) {
        Problem problem = Problem.ofStatus(status);

        assertThat(problem.status()).isEqualTo(status);
        assertThat(problem.detail()).endsWith(".");
    }

    @Test
    void faults_areNamedAllAtOnce() {
        assertThatThrownBy(() -> Problem.of(200, "Not Found", "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("status is 200, must be from 400 to 599")
                .hasMessageContaining("code is 'Not Found', must be lower_snake_case");
    }
}
