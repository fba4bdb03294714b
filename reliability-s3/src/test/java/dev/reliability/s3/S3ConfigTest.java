package dev.reliability.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3ConfigTest {
    private static S3Config.Builder good() {
        return S3Config.builder()
                .endpoint("minio:9000")
                .credentials("name", "the-secret")
                .bucket("ai-doc");
    }

    @ParameterizedTest
    @CsvSource({
        "minio:9000, http://minio:9000/",
        "my_minio:9000, http://my_minio:9000/",
        "https://s3.example.com, https://s3.example.com/",
        "http://127.0.0.1:9000/, http://127.0.0.1:9000/",
        "[::1]:9000, http://[::1]:9000/"
    })
    void an_endpoint_is_a_host_or_a_url(String endpoint, String url) {
        assertThat(good().endpoint(endpoint).build().url()).hasToString(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "ftp://host", "http://host/path", "http://host?x=1", "http://user@host", "host:99999", "a b"
            })
    void other_endpoints_are_refused(String endpoint) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> good().endpoint(endpoint).build())
                .withMessageStartingWith("S3 storage: endpoint is '" + endpoint + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ab", "Upper", "under_score", "-a-", "a..b", "a.-b", "a/b"})
    void a_bucket_name_that_no_server_takes_is_refused(String bucket) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> good().bucket(bucket).build())
                .withMessageContaining("bucket is '" + bucket + "'");
    }

    @Test
    void all_faults_are_reported_at_once_without_the_secret() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> S3Config.builder()
                        .endpoint("ftp://x")
                        .credentials("", "the-secret")
                        .bucket("B")
                        .prefix("/a/")
                        .region("not a region")
                        .connectTimeout(Duration.ZERO)
                        .timeout(Duration.ofHours(1))
                        .partBytes(1)
                        .abandonedAfter(Duration.ofSeconds(-1))
                        .build())
                .withMessageContainingAll(
                        "endpoint is 'ftp://x'",
                        "accessKey is empty",
                        "bucket is 'B'",
                        "prefix is '/a/'",
                        "region is 'not a region'",
                        "connectTimeout is PT0S, must be from PT0.1S to PT1M",
                        "timeout is PT1H, must be from PT0.1S to PT10M",
                        "partBytes is 1",
                        "abandonedAfter is PT-1S")
                .withMessageNotContaining("the-secret");
    }

    @Test
    void it_prints_no_secret() {
        assertThat(good().region("").build().toString())
                .contains("minio:9000", "ai-doc")
                .doesNotContain("the-secret");
    }
}
