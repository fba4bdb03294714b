package dev.reliability.acceptance;

import dev.reliability.s3.S3Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A backend whose documents are in an S3 server, configured by the guide's variables. */
final class S3Backend implements AutoCloseable {
    private final S3Server server;
    private final LocalBackend local;

    private S3Backend(S3Server server, Map<String, String> more) {
        this.server = server;
        Map<String, String> variables = new HashMap<>(more);
        variables.put("STORAGE_TYPE", "minio");
        variables.put("MINIO_ENDPOINT", "127.0.0.1:" + server.port());
        variables.put("MINIO_ACCESS_KEY", S3Server.ACCESS_KEY);
        variables.put("MINIO_SECRET_KEY", S3Server.SECRET_KEY);
        variables.put("MINIO_BUCKET", "ai-doc");
        this.local = LocalBackend.start(variables);
    }

    static S3Backend start() {
        return start(Map.of());
    }

    /** Starts one with more variables. */
    static S3Backend start(Map<String, String> more) {
        try {
            Path folder = Files.createTempDirectory("s3 server ");
            folder.toFile().deleteOnExit();
            return new S3Backend(S3Server.inFolder(folder), more);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Backend backend() {
        return local.backend();
    }

    LocalBackend local() {
        return local;
    }

    S3Server server() {
        return server;
    }

    @Override
    public void close() throws IOException {
        local.close();
        server.close();
    }
}
