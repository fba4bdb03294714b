package dev.reliability.backup;

import dev.reliability.backup.postgresql.ClientProgram;
import dev.reliability.backup.postgresql.PrivatePostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** A shell in which PostgreSQL's own programs reach the test's server. */
final class Shell {
    private final PrivatePostgres server;
    private final Map<String, String> more;

    /** @param more variables besides */
    Shell(PrivatePostgres server, Map<String, String> more) {
        this.server = server;
        this.more = more;
    }

    /**
     * What came of a script.
     *
     * @param output both streams
     */
    record Result(int code, String output) {}

    /** Runs lines up to the first that fails. */
    Result run(Path folder, String lines) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-ec", lines)
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(ClientProgram.environment(server, PrivatePostgres.ROLE));
        builder.environment().putAll(more);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }
}
