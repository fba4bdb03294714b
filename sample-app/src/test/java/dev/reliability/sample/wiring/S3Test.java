package dev.reliability.sample.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.time.TimeSource;
import dev.reliability.jaxrs.security.JwtIssuer;
import dev.reliability.sample.Sample;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import org.awaitility.Awaitility;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;

/** The guide's variables for S3, on a real S3 server: buckets are made, an outage is answered and heals. */
@ExtendWith(PrivatePostgres.Shared.class)
class S3Test {
    private static final String DOCUMENTS = "/api/v1/documents";
    private static final String ACCESS_KEY = "test-access-key";
    private static final String SECRET_KEY = "test-secret-key";

    @TempDir
    private Path folder;

    @Test
    void documents_and_backups_live_in_s3(PrivatePostgres server) throws Exception {
        byte[] content = new byte[9_000_000];
        new Random(1).nextBytes(content);
        BlobStore kept = BlobStores.create("transient", new Properties());
        S3Proxy s3 = serve(kept, 0);
        int port = s3.getPort();
        try (Sample sample = start(server, port)) {
            Awaitility.await().until(() -> sample.get(DOCUMENTS).statusCode() == 200);
            Awaitility.await().until(() -> sample.get("/health").statusCode() == 200);

            String path = DOCUMENTS + "/" + sample.upload("large", content) + "/content";
            assertThat(sample.bytes(sample.request(path))).isEqualTo(content);
            HttpResponse<String> part = sample.send(sample.request(path).header("Range", "bytes=8999999-"));
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(sample.get("/api/v1/backup/list").body()).isEqualTo("{\"count\":0,\"backups\":[]}\n");

            s3.stop();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(sample.get(path).body()).contains("circuit_open"));
            assertThat(sample.get("/health/live").statusCode()).isEqualTo(200);
            s3 = serve(kept, port);
            Awaitility.await().until(() -> sample.get(path).statusCode() == 200);
        } finally {
            s3.stop();
        }
    }

    @Test
    void a_backup_that_was_asked_for_is_copied_into_the_other_bucket(PrivatePostgres server) throws Exception {
        BlobStore kept = BlobStores.create("transient", new Properties());
        ListObjectsV2Request offsite = ListObjectsV2Request.builder()
                .bucket("ai-doc-offsite")
                .prefix("copies/full/")
                .build();
        S3Proxy s3 = serve(kept, 0);
        try (Sample sample = start(server, s3.getPort())) {
            Awaitility.await().until(() -> sample.get(DOCUMENTS).statusCode() == 200);
            sample.upload("one", new byte[] {1, 2, 3});
            String writer = JwtIssuer.withSecret(Sample.SECRET, TimeSource.system())
                    .issue("tester", Set.of("backup:write"), Duration.ofMinutes(5));

            assertThat(sample.send(sample.anonymous("/api/v1/backup/create?type=full")
                                    .header("Authorization", "Bearer " + writer)
                                    .POST(BodyPublishers.noBody()))
                            .statusCode())
                    .isEqualTo(202);

            Awaitility.await()
                    .until(() -> kept.containerExists("ai-doc-offsite")
                            && kept.list(offsite).contents().stream()
                                    .anyMatch(file -> file.key().endsWith("/manifest.json")));
        } finally {
            s3.stop();
        }
    }

    private static S3Proxy serve(BlobStore blobs, int port) throws Exception {
        S3Proxy server = S3Proxy.builder()
                .blobStore(blobs)
                .endpoint(URI.create("http://127.0.0.1:" + port))
                .stopTimeout(0)
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET_KEY)
                .build();
        server.start();
        return server;
    }

    private Sample start(PrivatePostgres server, int port) throws Exception {
        String endpoint = "127.0.0.1:" + port;
        return Sample.start(
                server,
                server.createDatabase(),
                folder,
                "STORAGE_TYPE",
                "minio",
                "MINIO_ENDPOINT",
                endpoint,
                "MINIO_ACCESS_KEY",
                ACCESS_KEY,
                "MINIO_SECRET_KEY",
                SECRET_KEY,
                "MINIO_BUCKET",
                "ai-doc",
                "BACKUP_REPOSITORY",
                "s3://ai-doc-backups/daily",
                "BACKUP_S3_ENDPOINT",
                endpoint,
                "BACKUP_S3_ACCESS_KEY",
                ACCESS_KEY,
                "BACKUP_S3_SECRET_KEY",
                SECRET_KEY,
                "BACKUP_OFFSITE",
                "s3://ai-doc-offsite/copies",
                "OFFSITE_S3_ENDPOINT",
                endpoint,
                "OFFSITE_S3_ACCESS_KEY",
                ACCESS_KEY,
                "OFFSITE_S3_SECRET_KEY",
                SECRET_KEY);
    }
}
