package dev.reliability.acceptance;

import dev.reliability.s3.S3Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A backend whose documents are in an S3 server, configured by the guide's variables. */
final class S3Backend implements AutoCloseable {
    private final S3Server server;
    private final LocalBackend local;

    private S3Backend(S3Server server) {
        this.server = server;
        this.local = LocalBackend.start(Map.of(
                "STORAGE_TYPE",
                "minio",
                "MINIO_ENDPOINT",
                "127.0.0.1:" + server.port(),
                "MINIO_ACCESS_KEY",
                S3Server.ACCESS_KEY,
                "MINIO_SECRET_KEY",
                S3Server.SECRET_KEY,
                "MINIO_BUCKET",
                "ai-doc"));
    }

    static S3Backend start() {
        try {
            Path folder = Files.createTempDirectory("s3 server ");
            folder.toFile().deleteOnExit();
            return new S3Backend(S3Server.inFolder(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Backend backend() {
        return local.backend();
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
