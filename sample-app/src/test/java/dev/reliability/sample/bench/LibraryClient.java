package dev.reliability.sample.bench;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A backend as a client of its API sees it. Safe for use by any thread. */
final class LibraryClient {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final String url;
    private final String token;

    LibraryClient(String url, String token) {
        this.url = url + "/api/v1/";
        this.token = token;
    }

    /** Makes a document of a kilobyte; its id. */
    String write() throws IOException {
        return field(
                "id", answered(201, request("documents?name=outage").POST(BodyPublishers.ofByteArray(new byte[1024]))));
    }

    /** Reads what the database knows of a document. */
    void read(String document) throws IOException {
        String unused = answered(200, request("documents/" + document));
    }

    /**
     * Begins an operation and follows it until it is completed; returns the id of its backup.
     *
     * @throws IllegalStateException it was not completed
     */
    String run(String path) throws IOException, InterruptedException {
        String begun = answered(202, request(path).POST(BodyPublishers.noBody()));
        HttpRequest events = request("backup/operations/" + field("operation", begun) + "/events")
                .build();
        String ended = http.send(events, BodyHandlers.ofLines())
                .body()
                .filter(line -> line.startsWith("data:"))
                .reduce(begun, (earlier, later) -> later);
        if (!field("status", ended).equals("completed")) {
            throw new IllegalStateException(ended);
        }
        return field("id", ended);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(PATIENCE)
                .header("Content-Type", "application/octet-stream")
                .header("Authorization", "Bearer " + token);
    }

    private String answered(int expected, HttpRequest.Builder request) throws IOException {
        try {
            HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
            if (answer.statusCode() != expected) {
                throw new IOException(answer.statusCode() + ": " + answer.body());
            }
            return answer.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(url);
        }
    }

    private static String field(String name, String json) {
        Matcher field = Pattern.compile('"' + name + "\" ?: ?\"([^\"]*)\"").matcher(json);
        return field.find() ? field.group(1) : "";
    }
}
