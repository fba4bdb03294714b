package dev.reliability.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** The private PostgreSQL of a local backend, to be stopped and started behind everybody's back. */
final class LocalDatabase {
    private final Path data;

    LocalDatabase(LocalBackend local) throws IOException {
        try (Stream<Path> walk = Files.walk(local.dataDir(), 4)) {
            this.data = walk.filter(file -> file.endsWith("postmaster.pid"))
                    .findFirst()
                    .orElseThrow()
                    .getParent();
        }
    }

    /** Ends the server at once, as a crash does. */
    void stop() throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
        new ProcessBuilder("kill", "-QUIT", Long.toString(pid)).inheritIO().start();
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
        Files.deleteIfExists(pidFile);
    }

    /** Starts the server as it was started before; it accepts connections when this returns. */
    void start() throws IOException, InterruptedException {
        // postmaster.opts is the server's own command line, quoted for a shell.
        String command =
                "eval \"set -- $(cat \"$1/postmaster.opts\")\"; program=$1; shift; owner=$(stat -c %u \"$PGDATA\");"
                        + " [ \"$owner\" = \"$(id -u)\" ] || run=\"setpriv --reuid=$owner --regid=$(stat -c %g \"$PGDATA\") --clear-groups\";"
                        + " exec ${run:-} \"$program\" \"$@\" >>\"$PGDATA/../restarted.log\" 2>&1 </dev/null &";
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command, "sh", data.toString());
        builder.environment().put("PGDATA", data.toString());
        builder.directory(data.toFile());
        assertThat(builder.inheritIO().start().waitFor()).isZero();
        Path pidFile = data.resolve("postmaster.pid");
        await("the database accepts connections")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> Files.exists(pidFile) && Files.readString(pidFile).contains("ready"));
    }
}
