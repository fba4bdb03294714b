package dev.reliability.acceptance;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A second backend beside a local one, with some of its variables changed, in a process of its own. */
final class JarBackend implements AutoCloseable {
    private final Process process;
    private final Backend backend;
    private final Path log;

    private JarBackend(Process process, Backend backend, Path log) {
        this.process = process;
        this.backend = backend;
        this.log = log;
    }

    /** Starts it, and waits until it answers. */
    static JarBackend beside(LocalBackend local, Map<String, String> changed) throws IOException {
        int port = freePort();
        Path log = Files.createTempFile("backend", ".log");
        ProcessBuilder builder = new ProcessBuilder(java(), "-Xmx256m", "-jar", jar().toString(), "serve")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        // Not on a command line, which everybody can read.
        builder.environment().putAll(local.environment());
        builder.environment().putAll(Map.of("SERVER_PORT", Integer.toString(port), "DRAIN_SECONDS", "0"));
        builder.environment().putAll(changed);
        Process process = builder.start();
        Backend backend = new Backend(URI.create("http://localhost:" + port), local.variable("TOKEN"));
        await("the backend answers; its log is " + log)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> !process.isAlive() || answers(backend));
        if (!process.isAlive()) {
            throw new AssertionError("the backend ended:\n" + Files.readString(log));
        }
        return new JarBackend(process, backend, log);
    }

    private static boolean answers(Backend backend) {
        try {
            return backend.get("/health/startup").status() == 200;
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof ConnectException) {
                return false;
            }
            throw e;
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    static Path jar() {
        return LocalBackend.ROOT.resolve("sample-app/target/sample-app.jar");
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    Backend backend() {
        return backend;
    }

    Process process() {
        return process;
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** Asks it to end, and returns its exit code. */
    int stop() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new AssertionError("the backend did not end within 60 s of SIGTERM");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        return process.exitValue();
    }

    @Override
    public void close() throws IOException {
        if (process.isAlive()) {
            int unused = stop();
        }
        Files.deleteIfExists(log);
    }
}
