package dev.reliability.drill;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** The documents as a client sees them. Nothing is tried again here: what is lost shows. Safe for use by any thread. */
final class LibraryApi {
    private final HttpClient http;
    private final String documents;
    private final String token;
    private final Duration patience;

    /**
     * @param address of the API, without a path
     * @param patience after so long without a whole answer a request has failed
     */
    LibraryApi(HttpClient http, URI address, String token, Duration patience) {
        this.http = http;
        this.documents = address + "/api/v1/documents";
        this.token = token;
        this.patience = patience;
    }

    CompletableFuture<Answer> upload(String name, byte[] content) {
        String sha256 = Contents.sha256(content);
        HttpRequest.Builder request = request("?name=" + name)
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofByteArray(content));
        return send(request, 201, body -> {
            JsonNode made = Json.of(body);
            return made.path("id").isTextual() && isOf(made, sha256)
                    ? new Answer(Outcome.SERVED, "201", made.path("id").textValue())
                    : Answer.of(Outcome.WRONG, "201 with another SHA-256");
        });
    }

    CompletableFuture<Answer> metadata(Document document) {
        return send(
                request("/" + document.id()).GET(),
                200,
                body -> right(isOf(Json.of(body), document.sha256()), "200 with another SHA-256"));
    }

    CompletableFuture<Answer> content(Document document) {
        return send(
                request("/" + document.id() + "/content").GET(),
                200,
                body -> right(Contents.sha256(body).equals(document.sha256()), "200 with other bytes"));
    }

    CompletableFuture<Answer> list() {
        return send(
                request("?limit=20").GET(),
                200,
                body -> right(Json.of(body).at("/documents/0/id").isTextual(), "200 without documents"));
    }

    private static boolean isOf(JsonNode document, String sha256) {
        return document.path("sha256").asText().equals(sha256);
    }

    private static Answer right(boolean right, String otherwise) {
        return right ? Answer.of(Outcome.SERVED, "200") : Answer.of(Outcome.WRONG, otherwise);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(documents + path))
                .timeout(patience)
                .header("Authorization", "Bearer " + token);
    }

    private CompletableFuture<Answer> send(
            HttpRequest.Builder request, int expected, Function<byte[], Answer> whenExpected) {
        // The request's own limit ends with the headers; a body that stops half-way would wait for ever.
        return http.sendAsync(request.build(), BodyHandlers.ofByteArray())
                .orTimeout(patience.toMillis() + 500, TimeUnit.MILLISECONDS)
                .handle((response, failure) -> {
                    if (failure != null) {
                        return Answer.of(Outcome.FAILED, named(failure));
                    }
                    return response.statusCode() == expected
                            ? whenExpected.apply(response.body())
                            : unexpected(response);
                });
    }

    private static Answer unexpected(HttpResponse<byte[]> response) {
        String status = Integer.toString(response.statusCode());
        if (response.statusCode() == 404) {
            return Answer.of(Outcome.WRONG, status);
        }
        boolean says = response.headers().firstValue("Retry-After").isPresent()
                && response.headers().firstValue("Content-Type").orElse("").startsWith("application/problem+json");
        return Answer.of(response.statusCode() == 503 && says ? Outcome.REFUSED : Outcome.FAILED, status);
    }

    private static String named(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof HttpTimeoutException || cause instanceof TimeoutException) {
            return "no answer in time";
        }
        if (cause instanceof ConnectException) {
            return "no connection";
        }
        return cause.getClass().getSimpleName() + " " + cause.getMessage();
    }
}
