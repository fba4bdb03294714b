package dev.reliability.sample;

import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.time.TimeSource;
import dev.reliability.jaxrs.security.JwtIssuer;
import dev.reliability.sample.configuration.Configuration;
import dev.reliability.sample.wiring.Backend;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The backend in this process, and a client that may do anything. */
public final class Sample implements AutoCloseable {
    public static final String SECRET = "a secret of thirty-two bytes or even more";

    private final Backend backend;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String token = JwtIssuer.withSecret(SECRET, TimeSource.system())
            .issue("tester", Set.of("documents:read", "documents:write", "backup:read"), Duration.ofHours(1));

    private Sample(Backend backend) {
        this.backend = backend;
    }

    /** Starts it on a database of that server; more variables override those that it needs. */
    public static Sample start(PrivatePostgres server, String database, Path folder, String... namesAndValues)
            throws Exception {
        return new Sample(Backend.start(
                Configuration.forServing(environment(server, database, folder, namesAndValues)), TimeSource.system()));
    }

    /** What it is started with. */
    public static Map<String, String> environment(
            PrivatePostgres server, String database, Path folder, String... namesAndValues) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "SERVER_PORT",
                "0",
                "DB_HOST",
                server.host(),
                "DB_PORT",
                String.valueOf(server.port()),
                "DB_USER",
                PrivatePostgres.ROLE,
                "DB_PASSWORD",
                server.password(PrivatePostgres.ROLE),
                "DB_NAME",
                database,
                "JWT_SECRET",
                SECRET,
                "STORAGE_DIR",
                folder.resolve("storage").toString(),
                "BACKUP_DIR",
                folder.resolve("backups").toString(),
                "DRAIN_SECONDS",
                "0"));
        environment.put("MIN_FREE_BYTES", "0");
        environment.put("PG_BIN", server.bin().toString());
        List<String> more = Arrays.asList(namesAndValues);
        for (int i = 0; i < more.size(); i += 2) {
            environment.put(more.get(i), more.get(i + 1));
        }
        return environment;
    }

    public Backend backend() {
        return backend;
    }

    public URI uri(String path) {
        return URI.create("http://localhost:" + backend.port() + path);
    }

    /** A request with a token that may read and write documents. */
    public HttpRequest.Builder request(String path) {
        return anonymous(path).header("Authorization", "Bearer " + token);
    }

    public HttpRequest.Builder anonymous(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(30));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    public byte[] bytes(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofByteArray()).body();
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    /** Uploads a document by its bytes; its id. */
    public String upload(String name, byte[] content) throws IOException, InterruptedException {
        HttpResponse<String> created =
                send(request("/api/v1/documents?name=" + name).POST(BodyPublishers.ofByteArray(content)));
        if (created.statusCode() != 201) {
            throw new IllegalStateException(created.statusCode() + " " + created.body());
        }
        return field(created, "id");
    }

    /** A text in an answer's JSON. */
    public static String field(HttpResponse<String> answer, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(answer.body());
        if (!matcher.find()) {
            throw new IllegalStateException("no " + name + " in " + answer.body());
        }
        return matcher.group(1);
    }

    /** A multipart body, as a browser sends it. */
    public static BodyPublisher multipart(String boundary, String disposition, byte[] content) {
        byte[] head = ("--" + boundary + "\r\nContent-Disposition: " + disposition
                        + "\r\nContent-Type: text/plain\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
        byte[] tail = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8);
        return BodyPublishers.concat(
                BodyPublishers.ofByteArray(head),
                BodyPublishers.ofByteArray(content),
                BodyPublishers.ofByteArray(tail));
    }

    @Override
    public void close() {
        backend.stop();
    }
}
