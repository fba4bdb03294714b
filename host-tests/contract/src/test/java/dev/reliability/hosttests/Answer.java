package dev.reliability.hosttests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

/** What a host answered. */
public record Answer(HttpResponse<String> response) {
    int status() {
        return response.statusCode();
    }

    String body() {
        return response.body();
    }

    /** A header, in all its lines; empty if it is not there. */
    String header(String name) {
        return String.join(", ", response.headers().allValues(name));
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> json() {
        try {
            return new ObjectMapper().readValue(body(), Map.class);
        } catch (JsonProcessingException notJson) {
            throw new AssertionError("not JSON: " + body(), notJson);
        }
    }

    /** Asserts the status. */
    public Answer has(int status) {
        assertThat(status())
                .as("status of %s: %s", response.request().uri(), body())
                .isEqualTo(status);
        return this;
    }

    /** Asserts a problem with everything that each of them must have, and gives it. */
    Map<String, Object> isProblem(int status, String code) {
        has(status);
        assertThat(header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(header("Cache-Control")).isEqualTo("no-store");
        assertThat(header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(body()).endsWith("}\n");
        Map<String, Object> problem = json();
        assertThat(problem)
                .containsEntry("type", "urn:problem:reliability:" + code)
                .containsEntry("status", status)
                .hasEntrySatisfying("title", title -> assertThat((String) title).isNotBlank())
                .hasEntrySatisfying(
                        "detail", detail -> assertThat((String) detail).isNotBlank());
        if (List.of(409, 429, 503).contains(status)) {
            assertThat(header("Retry-After")).matches("[1-9][0-9]*");
        }
        return problem;
    }

    /** As {@link #isProblem}, and its detail has these words. */
    Answer isProblem(int status, String code, String... words) {
        assertThat((String) isProblem(status, code).get("detail")).contains(words);
        return this;
    }
}
