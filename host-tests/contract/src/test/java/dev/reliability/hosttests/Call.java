package dev.reliability.hosttests;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A request in the making. */
public final class Call {
    // Without HTTP/2: its upgrade headers are not what curl and probes send.
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final HttpRequest.Builder request;

    private Call(String method, URI uri) {
        this.request =
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).method(method, BodyPublishers.noBody());
    }

    /** A request without a body to a path below the application. */
    public static Call to(Host.Running host, String method, String pathAndQuery) {
        return new Call(method, URI.create(host.address() + pathAndQuery));
    }

    public Call with(String header, String value) {
        request.header(header, value);
        return this;
    }

    public Call token(String token) {
        return with("Authorization", "Bearer " + token);
    }

    Call body(String method, String type, String body) {
        request.method(method, BodyPublishers.ofString(body)).header("Content-Type", type);
        return this;
    }

    public Answer send() {
        try {
            return new Answer(CLIENT.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
