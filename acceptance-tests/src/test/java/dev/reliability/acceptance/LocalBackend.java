package dev.reliability.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A backend that {@code scripts/run-local.sh} runs for a test, on a database of its own, to be broken at will. */
final class LocalBackend implements AutoCloseable {
    /** The project's folder. */
    static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    private final Path dataDir;
    private final Map<String, String> given;
    private Process script;
    private Map<String, String> environment = Map.of();
    private Backend backend = new Backend(URI.create("http://localhost"), "");

    private LocalBackend(Path dataDir, Map<String, String> given) {
        this.dataDir = dataDir;
        this.given = given;
        this.script = start();
    }

    /** Starts one in a new folder with a blank in its name. */
    static LocalBackend start(Map<String, String> variables) {
        try {
            // Not under the build folder: PostgreSQL's unprivileged user must be able to pass through.
            return new LocalBackend(Files.createTempDirectory("reliability test "), variables);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process start() {
        try {
            Files.setPosixFilePermissions(
                    dataDir, java.nio.file.attribute.PosixFilePermissions.fromString("rwx--x--x"));
            ProcessBuilder builder = new ProcessBuilder(
                            ROOT.resolve("scripts/run-local.sh").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(dataDir.resolve("run-local.log").toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("DB_"));
            builder.environment()
                    .putAll(Map.of("DATA_DIR", dataDir.toString(), "SERVER_PORT", "0", "DRAIN_SECONDS", "0"));
            builder.environment().putAll(given);
            Process started = builder.start();
            await("run-local.sh serves; its output is " + dataDir.resolve("run-local.log"))
                    .atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> !started.isAlive() || Files.exists(dataDir.resolve("run.env")));
            if (!started.isAlive()) {
                throw new AssertionError(
                        "run-local.sh ended:\n" + Files.readString(dataDir.resolve("run-local.log"), UTF_8));
            }
            environment = readEnvironment();
            backend = new Backend(
                    URI.create("http://localhost:" + environment.get("SERVER_PORT")), environment.get("TOKEN"));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, String> readEnvironment() throws IOException {
        Result printed = shell("env -0");
        Map<String, String> variables = new HashMap<>();
        for (String variable : printed.out().split("\0")) {
            int equals = variable.indexOf('=');
            variables.put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        return variables;
    }

    Backend backend() {
        return backend;
    }

    Path dataDir() {
        return dataDir;
    }

    Path backups() {
        return Path.of(environment.get("BACKUP_DIR"));
    }

    Path storage() {
        return Path.of(environment.get("STORAGE_DIR"));
    }

    /** What run.env sets, and what was there before. */
    Map<String, String> environment() {
        return environment;
    }

    String variable(String name) {
        return environment.get(name);
    }

    Path log() {
        return dataDir.resolve("backend.log");
    }

    /** What a command printed, and its exit code. */
    record Result(int code, String out, String err) {}

    /** Runs a command in a shell that has sourced run.env, in the project's folder. */
    Result shell(String command, String... more) throws IOException {
        Path err = Files.createTempFile("stderr", ".log");
        List<String> words = new ArrayList<>(List.of(
                "sh",
                "-c",
                ". \"$1\" && shift && " + command,
                "sh",
                dataDir.resolve("run.env").toString()));
        words.addAll(List.of(more));
        Process process = new ProcessBuilder(words)
                .directory(ROOT.toFile())
                .redirectError(err.toFile())
                .start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            return new Result(process.waitFor(), out, Files.readString(err, UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            Files.delete(err);
        }
    }

    /** A connection to the live database, as the backend's own role. */
    Connection connect() throws SQLException {
        return connect(variable("DB_NAME"));
    }

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + variable("DB_HOST") + ":" + variable("DB_PORT") + "/" + database,
                variable("DB_USER"),
                variable("DB_PASSWORD"));
    }

    /** Kills the backend as the kernel would. The script notices, and stops the database too. */
    void killBackend() {
        ProcessHandle.of(Long.parseLong(variable("PID"))).ifPresent(ProcessHandle::destroyForcibly);
        awaitEnd();
    }

    /** Starts again on the same data. */
    void restart() {
        stop();
        script = start();
    }

    private void stop() {
        if (script.isAlive()) {
            script.destroy();
            awaitEnd();
        }
    }

    private void awaitEnd() {
        try {
            if (!script.waitFor(60, TimeUnit.SECONDS)) {
                throw new AssertionError("run-local.sh did not end within 60 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        stop();
        Process remove = new ProcessBuilder("rm", "-rf", dataDir.toString()).start();
        try {
            remove.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
