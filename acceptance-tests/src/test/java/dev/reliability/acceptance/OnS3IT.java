package dev.reliability.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reliability.acceptance.Backend.Answer;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;

/** The same suites with {@code STORAGE_TYPE=minio}, and what is different about a server. */
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
class OnS3IT {
    private static S3Backend s3;

    @BeforeAll
    static void start() {
        s3 = S3Backend.start();
    }

    @AfterAll
    static void stop() throws Exception {
        s3.close();
    }

    @Nested
    @Order(1)
    class Guide extends GuideContract {
        @Override
        Backend backend() {
            return s3.backend();
        }
    }

    @Nested
    @Order(2)
    class Documents extends DocumentsContract {
        @Override
        Backend backend() {
            return s3.backend();
        }
    }

    @Nested
    @Order(3)
    class Outage {
        @Test
        void theServerStops_andComesBack() throws Exception {
            Backend backend = s3.backend();
            String path = "/api/v1/documents/"
                    + backend.upload("in the bucket.txt", new byte[] {1})
                            .path("id")
                            .asText() + "/content";
            s3.server().stop();
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                backend.get(path);
                return backend.get("/health").status() == 503
                        && backend.get("/health/circuit-breakers").text().contains("\"open\"");
            });
            Answer rejected = backend.get(path);
            assertThat(rejected.status()).isEqualTo(503);
            assertThat(rejected.header("Retry-After")).matches("[0-9]+");
            assertThat(backend.get("/health/ready").status()).isEqualTo(200);

            s3.server().start();
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> backend.get("/health").status() == 200
                            && !backend.get("/health/circuit-breakers").text().contains("open\""));
            assertThat(backend.get(path).status()).isEqualTo(200);
        }
    }
}
