package dev.reliability.deployment.nginx;

import static org.awaitility.Awaitility.await;

import dev.reliability.deployment.Project;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** follow-backends.sh with its nginx, on a port of its own. */
final class LoadBalancer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Process process;
    private final int port;
    private final Path folder;

    private LoadBalancer(Process process, int port, Path folder) {
        this.process = process;
        this.port = port;
        this.folder = folder;
    }

    /** Starts one; it serves when this returns. */
    static LoadBalancer start(Path folder, Map<String, String> backends) throws IOException {
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder(
                        "sh", Project.path("deploy/nginx/follow-backends.sh").toString())
                .redirectOutput(folder.resolve("access.log").toFile())
                .redirectError(folder.resolve("error.log").toFile());
        builder.environment().putAll(backends);
        builder.environment().put("NGINX_PORT", Integer.toString(port));
        builder.environment().put("NGINX_RUN_DIR", folder.resolve("run").toString());
        LoadBalancer started = new LoadBalancer(builder.start(), port, folder);
        try {
            await("nginx serves")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(started::serves);
        } catch (RuntimeException | AssertionError failed) {
            System.err.println(started.said());
            started.close();
            throw failed;
        }
        return started;
    }

    static LoadBalancer inFrontOf(Path folder, StubBackend... backends) throws IOException {
        StringBuilder addresses = new StringBuilder();
        for (StubBackend backend : backends) {
            addresses.append(' ').append(backend.address());
        }
        LoadBalancer started = start(folder, Map.of("BACKENDS", addresses.toString()));
        for (StubBackend backend : backends) {
            started.awaitReady(backend);
        }
        return started;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean serves() {
        if (!process.isAlive()) {
            throw new IllegalStateException(said());
        }
        try {
            return get("/nginx-health").statusCode() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    int port() {
        return port;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    HttpResponse<String> post(String path, String body) {
        return send(HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(Duration.ofSeconds(60)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What the script and nginx told of themselves. */
    String said() {
        return read("error.log");
    }

    /** What nginx wrote for each request. */
    String accessLog() {
        return read("access.log");
    }

    private String read(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String upstream() {
        return read("run/backends.conf");
    }

    void awaitReady(StubBackend backend) {
        await(backend.address() + " gets requests")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> upstream().contains("server " + backend.address() + " ")
                        && said().contains("ready: ")
                        && lastReady().contains(backend.address()));
    }

    void awaitOut(StubBackend backend) {
        await(backend.address() + " gets no requests")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> !upstream().contains(backend.address()));
    }

    /** Waits until a reload that was begun has happened: the backends take turns, so a run of one means that it is alone. */
    void awaitAnsweredBy(String name) {
        await("only " + name + " answers").atMost(PATIENCE).until(() -> {
            for (int i = 0; i < 5; i++) {
                if (!get("/").body().equals(name)) {
                    return false;
                }
            }
            return true;
        });
    }

    void awaitSaid(String text) {
        await(text).atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(() -> said().contains(text));
    }

    private String lastReady() {
        String said = said();
        return said.substring(said.lastIndexOf("ready: ")).split(", out:", 2)[0];
    }

    /** SIGTERM, as a container's stop. */
    void terminate() {
        process.destroy();
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("still running\n" + said());
        }
        return process.exitValue();
    }

    /**
     * The script first and by force, as it waits for requests of which some tests leave such as never end; then nginx, which
     * ends its workers at once. Killed from here together with it, a reload could have brought another one meanwhile.
     */
    @Override
    public void close() {
        List<ProcessHandle> children = process.children().toList();
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroy);
        await("nginx listens no more")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> !listens());
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }
}
