package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** That nothing of a server outlives whoever wanted it. */
@ExtendWith(PrivatePostgres.Shared.class)
class ThrowawayServerTest {
    private final PrivatePostgres server;

    ThrowawayServerTest(PrivatePostgres server) {
        this.server = server;
    }

    /** Starts one, says so, and waits to be killed. */
    static final class Owner {
        private Owner() {}

        public static void main(String[] arguments) throws Exception {
            ThrowawayServer unused = ThrowawayServer.start(Path.of(arguments[0]), Path.of(arguments[1]));
            System.out.println("started");
            new CountDownLatch(1).await();
        }
    }

    @Test
    void whoever_started_one_and_is_killed_leaves_no_process_and_no_file() throws Exception {
        Path folder = Files.createTempDirectory("ts");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Process owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        server.bin().toString(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(owner.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(said.lines().anyMatch("started"::equals)).isTrue();
        }
        ProcessHandle postmaster = postmasterIn(folder);
        assertThat(postmaster.isAlive()).isTrue();

        owner.destroyForcibly();

        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !postmaster.isAlive());
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(folder).isEmptyDirectory());
        Files.delete(folder);
    }

    private static ProcessHandle postmasterIn(Path folder) throws IOException {
        try (var servers = Files.newDirectoryStream(folder)) {
            List<String> pid =
                    Files.readAllLines(servers.iterator().next().resolve("data").resolve("postmaster.pid"));
            return ProcessHandle.of(Long.parseLong(pid.get(0))).orElseThrow();
        }
    }
}
