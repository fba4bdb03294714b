package dev.reliability.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.core.storage.Content;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.storage.ObjectStoreException;
import dev.reliability.core.time.TimeSource;
import io.minio.CreateMultipartUploadArgs;
import io.minio.Http;
import io.minio.ListMultipartUploadsArgs;
import io.minio.MinioAsyncClient;
import io.minio.RemoveBucketArgs;
import io.minio.messages.ListMultipartUploadsResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MinioObjectStoreTest {
    private static final Content SMALL = new Content(1, 1_000);
    private static final Content LARGE = new Content(2, 6 * 1024 * 1024);

    private S3Server server;
    private MinioAsyncClient minio;
    private MinioObjectStore store;

    @BeforeEach
    void start() throws Exception {
        server = S3Server.inMemory();
        minio = MinioAsyncClient.builder()
                .endpoint(server.endpoint())
                .credentials(S3Server.ACCESS_KEY, S3Server.SECRET_KEY)
                .build();
        store = new MinioObjectStore(config().build());
    }

    @AfterEach
    void stop() throws Exception {
        store.close();
        minio.close();
        server.close();
    }

    private S3Config.Builder config() {
        return server.config("a-bucket").partBytes(5 * 1024 * 1024);
    }

    @Test
    void an_endpoint_without_a_scheme_is_http_and_a_missing_bucket_is_made() throws Exception {
        try (MinioObjectStore other = new MinioObjectStore(config().endpoint("127.0.0.1:" + server.port())
                .bucket("new-bucket")
                .build())) {
            put(other, "a/key", SMALL);
            assertThat(keys(other, "")).containsExactly("a/key");
            assertThat(other.location("a/key")).isEqualTo("s3://new-bucket/a/key");
        }
    }

    @Test
    void stores_with_different_prefixes_share_a_bucket_unseen() throws Exception {
        String longKey = ("k".repeat(127) + "/").repeat(6) + "k".repeat(128);
        try (MinioObjectStore one =
                        new MinioObjectStore(config().prefix("back/ups").build());
                MinioObjectStore two =
                        new MinioObjectStore(config().prefix("back/ups2").build())) {
            put(one, "key", SMALL);
            put(one, longKey, SMALL);
            put(two, "key", LARGE);
            assertThat(two.putIfAbsent("other", ObjectAttributes.NONE, SMALL.body()))
                    .isPresent();

            assertThat(keys(one, "")).containsExactly("key", longKey);
            assertThat(keys(two, "")).containsExactly("key", "other");
            assertThat(read(one, "key")).isEqualTo(SMALL.bytes());
            assertThat(one.location("key")).isEqualTo("s3://a-bucket/back/ups/key");
            assertThat(keys(store, "back/ups/k")).containsExactly("back/ups/key");
        }
    }

    @Test
    void a_stopped_server_is_a_fast_retryable_failure_and_works_again_when_it_is_back() throws Exception {
        put(store, "key", SMALL);
        server.stop();

        long start = TimeSource.system().nanoTime();
        for (ThrowingCallable call : everyCall(store)) {
            assertThatExceptionOfType(ObjectStoreException.class)
                    .isThrownBy(call)
                    .matches(ObjectStoreException::retryable)
                    .withMessageContaining("no answer from " + server.endpoint());
        }
        assertThat(TimeSource.system().since(start)).isLessThan(Duration.ofSeconds(8));

        server.start();
        assertThat(read(store, "key")).isEqualTo(SMALL.bytes());
    }

    @Test
    void a_store_can_be_made_before_its_server_runs() throws Exception {
        server.stop();
        try (MinioObjectStore early =
                new MinioObjectStore(config().bucket("early").build())) {
            assertThatThrownBy(() -> put(early, "key", SMALL)).isInstanceOf(ObjectStoreException.class);
            server.start();
            put(early, "key", SMALL);
            assertThat(keys(early, "")).containsExactly("key");
        }
    }

    @Test
    void a_server_that_accepts_and_says_nothing_fails_after_the_time_limit() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                MinioObjectStore hanging = new MinioObjectStore(config().endpoint("127.0.0.1:" + silent.getLocalPort())
                        .timeout(Duration.ofMillis(200))
                        .build())) {
            long start = TimeSource.system().nanoTime();
            assertThatExceptionOfType(ObjectStoreException.class)
                    .isThrownBy(() -> hanging.head("key"))
                    .matches(ObjectStoreException::retryable)
                    .withMessageContaining("no answer from http://127.0.0.1:" + silent.getLocalPort());
            assertThat(TimeSource.system().since(start)).isLessThan(Duration.ofSeconds(8));
        }
    }

    @Test
    void a_wrong_secret_is_a_clear_failure_that_no_retry_helps_and_that_tells_no_secret() throws Exception {
        put(store, "key", SMALL);
        String wrong = "not-the-secret";
        try (MinioObjectStore intruder = new MinioObjectStore(
                config().credentials(S3Server.ACCESS_KEY, wrong).build())) {
            for (ThrowingCallable call : everyCall(intruder)) {
                assertThatExceptionOfType(ObjectStoreException.class)
                        .isThrownBy(call)
                        .matches(e -> !e.retryable())
                        .withMessageContaining("Check the access key '" + S3Server.ACCESS_KEY + "', its secret")
                        .withNoCause()
                        .satisfies(e -> assertThat(printed(e)).doesNotContain(wrong, "Signature=", "AWS4-HMAC"));
            }
            assertThat(intruder.toString()).doesNotContain(wrong);
        }
    }

    private static String printed(Throwable e) {
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }

    @Test
    void a_bucket_that_disappears_is_a_failure_and_is_not_made_again_silently() throws Exception {
        put(store, "key", SMALL);
        store.delete("key");
        minio.removeBucket(RemoveBucketArgs.builder().bucket("a-bucket").build())
                .join();
        assertThatExceptionOfType(ObjectStoreException.class)
                .isThrownBy(() -> put(store, "key", SMALL))
                .withMessageContaining("The bucket 'a-bucket' is gone");
    }

    @Test
    void a_body_that_gives_up_late_leaves_no_upload_behind() throws Exception {
        assertThatThrownBy(() -> store.put("key", ObjectAttributes.NONE, out -> {
                    LARGE.body().writeTo(out);
                    assertThat(uploads()).containsExactly("key");
                    throw new IOException("no more");
                }))
                .hasMessage("no more");
        assertThat(uploads()).isEmpty();
        assertThat(keys(store, "")).isEmpty();
    }

    @Test
    void an_interrupted_writer_leaves_no_upload_behind_either() throws Exception {
        assertThatExceptionOfType(ObjectStoreException.class)
                .isThrownBy(() -> store.put("key", ObjectAttributes.NONE, out -> {
                    LARGE.body().writeTo(out);
                    Thread.currentThread().interrupt();
                    LARGE.body().writeTo(out);
                }))
                .withMessageContaining("the thread was interrupted");
        assertThat(Thread.interrupted()).isTrue();
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(uploads()).isEmpty());
    }

    @Test
    void a_large_object_whose_key_is_taken_leaves_no_upload_behind() throws Exception {
        put(store, "key", SMALL);
        assertThat(store.putIfAbsent("key", ObjectAttributes.NONE, LARGE.body()))
                .isEmpty();
        assertThat(uploads()).isEmpty();
    }

    @Test
    void abandoned_uploads_are_ended_by_age_and_only_below_the_own_prefix() throws Exception {
        put(store, "key", SMALL);
        begin("mine/left behind");
        begin("mine2/somebody's");
        try (MinioObjectStore patient =
                        new MinioObjectStore(config().prefix("mine").build());
                MinioObjectStore hasty = new MinioObjectStore(
                        config().prefix("mine").abandonedAfter(Duration.ZERO).build())) {
            patient.removeAbandoned();
            assertThat(uploads()).containsExactly("mine/left behind", "mine2/somebody's");

            hasty.put("living", ObjectAttributes.NONE, out -> {
                LARGE.body().writeTo(out);
                Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                    hasty.removeAbandoned();
                    assertThat(uploads()).containsExactly("mine/living", "mine2/somebody's");
                });
            });
            assertThat(hasty.head("living")).get().extracting(ObjectInfo::size).isEqualTo(LARGE.size());
        }
    }

    @Test
    void closing_ends_its_threads_and_refuses_later_calls() throws Exception {
        try (MinioObjectStore other =
                new MinioObjectStore(config().bucket("closed-bucket").build())) {
            put(other, "key", SMALL);
            assertThat(threads("reliability-s3-closed-bucket")).isPositive();
        }
        MinioObjectStore closed = new MinioObjectStore(config().build());
        closed.close();
        closed.close();
        assertThatIllegalStateException().isThrownBy(() -> closed.head("key")).withMessageContaining("closed");
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> threads("reliability-s3-closed-bucket") == 0);
    }

    private static long threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .count();
    }

    private static List<ThrowingCallable> everyCall(ObjectStore store) {
        return List.of(
                () -> put(store, "key", SMALL),
                () -> put(store, "key", LARGE),
                () -> store.putIfAbsent("other", ObjectAttributes.NONE, SMALL.body()),
                () -> store.get("key"),
                () -> store.get("key", 1, 1),
                () -> store.head("key"),
                () -> {
                    try {
                        keys(store, "");
                    } catch (UncheckedIOException e) {
                        throw e.getCause();
                    }
                },
                () -> store.delete("key"),
                store::removeAbandoned);
    }

    private void begin(String object) {
        minio.createMultipartUpload(CreateMultipartUploadArgs.builder()
                        .bucket("a-bucket")
                        .object(object)
                        .headers(new Http.Headers())
                        .build())
                .join();
    }

    private List<String> uploads() {
        return minio
                .listMultipartUploads(
                        ListMultipartUploadsArgs.builder().bucket("a-bucket").build())
                .join()
                .result()
                .uploads()
                .stream()
                .map(ListMultipartUploadsResult.Upload::objectName)
                .sorted()
                .toList();
    }

    private static void put(ObjectStore store, String key, Content content) throws IOException {
        store.put(key, ObjectAttributes.NONE, content.body());
    }

    private static byte[] read(ObjectStore store, String key) throws IOException {
        try (InputStream in = store.get(key)) {
            return in.readAllBytes();
        }
    }

    private static List<String> keys(ObjectStore store, String prefix) throws IOException {
        try (Stream<ObjectInfo> listed = store.list(prefix)) {
            return listed.map(ObjectInfo::key).toList();
        }
    }
}
