package dev.reliability.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;

/** A backend as its users see it: an address and a token. */
class Backend {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> ENDED = Set.of("completed", "incomplete", "failed", "cancelled");

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI address;
    private final String token;

    Backend(URI address, String token) {
        this.address = address;
        this.token = token;
    }

    URI address() {
        return address;
    }

    String token() {
        return token;
    }

    URI uri(String path) {
        return URI.create(address + path);
    }

    /** An answer that was read whole. */
    record Answer(int status, HttpResponse<byte[]> response) {
        String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        JsonNode json() {
            try {
                return JSON.readTree(response.body());
            } catch (IOException e) {
                throw new UncheckedIOException(text(), e);
            }
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** The problem's code, from its type. */
        String problem() {
            assertThat(header("Content-Type")).as(text()).startsWith("application/problem+json");
            JsonNode problem = json();
            assertThat(problem.path("status").asInt()).isEqualTo(status);
            assertThat(problem.path("detail").asText())
                    .as("detail of %s", problem)
                    .isNotBlank();
            String type = problem.path("type").asText();
            assertThat(type).startsWith("urn:problem:reliability:");
            return type.substring("urn:problem:reliability:".length());
        }
    }

    /** A request without a token. */
    HttpRequest.Builder anonymous(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(60));
    }

    /** A request with the token. */
    HttpRequest.Builder request(String path) {
        return anonymous(path).header("Authorization", "Bearer " + token);
    }

    Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    Answer get(String path) {
        return send(request(path).GET());
    }

    Answer post(String path) {
        return send(request(path).POST(HttpRequest.BodyPublishers.noBody()));
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    // ---- documents

    JsonNode upload(String name, byte[] content) {
        String path = "/api/v1/documents?name="
                + java.net.URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        Answer answer = send(request(path)
                .header("Content-Type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(content)));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json();
    }

    byte[] content(String id) {
        Answer answer = get("/api/v1/documents/" + id + "/content");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.response().body();
    }

    // ---- operations

    /** Begins an operation, trying again while another one runs, and waits for its end. */
    JsonNode run(String path) {
        Answer begun = post(path);
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (begun.status() == 409 && begun.problem().equals("busy") && System.nanoTime() < deadline) {
            await().pollDelay(Duration.ofMillis(500)).until(() -> true);
            begun = post(path);
        }
        assertThat(begun.status()).as(begun.text()).isEqualTo(202);
        return ended(begun.json().path("operation").asText());
    }

    /** Waits for the end of an operation. */
    JsonNode ended(String operation) {
        return await("operation " + operation)
                .atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(200))
                .until(
                        () -> {
                            Answer answer = get("/api/v1/backup/operations/" + operation);
                            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
                            return answer.json();
                        },
                        answer -> ENDED.contains(answer.path("status").asText()));
    }

    /** Makes a backup and returns its id. */
    String backUp(String type) {
        JsonNode operation = run("/api/v1/backup/create?type=" + type);
        assertThat(operation.path("status").asText()).as(operation.toString()).isEqualTo("completed");
        return operation.path("id").asText();
    }

    /** Restores a backup completely. */
    JsonNode restore(String id, String query) {
        JsonNode operation = run("/api/v1/backup/restore/" + id + query);
        assertThat(operation.path("status").asText()).as(operation.toString()).isEqualTo("completed");
        return operation;
    }
}
