package dev.reliability.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.core.storage.Content;
import dev.reliability.core.storage.NoSpaceException;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStoreException;
import dev.reliability.s3.BetweenProxy.Deed;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that know less than S3, and networks that lose answers. */
class MinioObjectStoreOtherServersTest {
    private static final Content SMALL = new Content(1, 1_000);
    private static final Content LARGE = new Content(2, 6 * 1024 * 1024);

    private S3Server server;
    private BetweenProxy between;
    private MinioObjectStore store;

    @BeforeEach
    void start() throws Exception {
        server = S3Server.inMemoryForAnybody();
        between = new BetweenProxy(server.endpoint());
        store = open();
    }

    private MinioObjectStore open() {
        return new MinioObjectStore(server.config("a-bucket")
                .endpoint(between.endpoint())
                .partBytes(5 * 1024 * 1024)
                .build());
    }

    @AfterEach
    void stop() throws Exception {
        store.close();
        between.close();
        server.close();
    }

    @Test
    void a_server_that_ignores_if_none_match_is_found_out_before_anything_is_overwritten() throws Exception {
        put("key", SMALL);
        between.rule((method, path, ifNoneMatch) -> ifNoneMatch.isEmpty() ? null : Deed.FORGET_IF_NONE_MATCH);
        assertUnsupported(SMALL, "it replaces an object in spite of If-None-Match");
        assertThat(store.head("key")).get().extracting(ObjectInfo::size).isEqualTo(SMALL.size());
    }

    @Test
    void a_server_that_ignores_it_only_for_uploads_in_parts_is_found_out_as_well() throws Exception {
        put("key", SMALL);
        between.rule((method, path, ifNoneMatch) ->
                method.equals("POST") && !ifNoneMatch.isEmpty() ? Deed.FORGET_IF_NONE_MATCH : null);
        assertThat(putIfAbsent("key", SMALL)).isEmpty();
        assertUnsupported(LARGE, "it replaces an object at the end of an upload in parts in spite of If-None-Match");
        assertThat(store.head("key")).get().extracting(ObjectInfo::size).isEqualTo(SMALL.size());
    }

    @Test
    void a_server_that_does_not_implement_it_is_named() throws Exception {
        between.rule((method, path, ifNoneMatch) -> ifNoneMatch.isEmpty() ? null : Deed.NOT_IMPLEMENTED);
        assertUnsupported(SMALL, "it answers 501 to If-None-Match");
        put("key", SMALL);
    }

    private void assertUnsupported(Content content, String reason) {
        assertThatExceptionOfType(ObjectStoreException.class)
                .isThrownBy(() -> putIfAbsent("key", content))
                .matches(e -> !e.retryable())
                .withMessageContaining("cannot create an object only if it is absent: " + reason);
    }

    @Test
    void trying_it_out_costs_two_requests_once_and_one_ever_after() throws Exception {
        putIfAbsent("a", SMALL);
        putIfAbsent("b", SMALL);
        assertThat(probes()).isEqualTo(2);
        try (MinioObjectStore next = open()) {
            next.putIfAbsent("c", ObjectAttributes.NONE, SMALL.body());
            assertThat(probes()).isEqualTo(3);
            assertThat(next.list("")).extracting(ObjectInfo::key).containsExactly("a", "b", "c");
        }
    }

    private long probes() {
        return between.seen().stream()
                .filter(request -> request.startsWith("PUT") && request.contains("create-if-absent"))
                .count();
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000, 6 * 1024 * 1024})
    void who_created_an_object_and_lost_the_answer_has_created_it(long size) throws Exception {
        putIfAbsent("before", LARGE);
        Content content = new Content(5, size);
        ObjectAttributes attributes = new ObjectAttributes("text/plain", Map.of("name", "value"));
        loseAnswersOf("key");

        Optional<ObjectInfo> created = store.putIfAbsent("key", attributes, content.body());

        assertThat(created)
                .get()
                .extracting(ObjectInfo::size, ObjectInfo::attributes)
                .containsExactly(size, attributes);
        assertThat(store.head("key").orElseThrow().attributes()).isEqualTo(attributes);
        try (InputStream in = store.get("key")) {
            assertThat(content.isIn(in)).isTrue();
        }
    }

    @Test
    void who_lost_the_answer_but_was_not_the_first_is_told_so() throws Exception {
        putIfAbsent("key", SMALL);
        loseAnswersOf("key");
        assertThatThrownBy(() -> putIfAbsent("key", new Content(7, 20)))
                .isInstanceOfSatisfying(
                        ObjectStoreException.class,
                        e -> assertThat(e.retryable()).isTrue());
        between.rule((method, path, ifNoneMatch) -> null);
        assertThat(store.head("key")).get().extracting(ObjectInfo::size).isEqualTo(SMALL.size());
    }

    /** Of the requests that make it appear: a PUT of the whole, or a POST that completes it. */
    private void loseAnswersOf(String key) {
        between.rule((method, path, ifNoneMatch) -> {
            boolean appears = method.equals("PUT") && !path.contains("partNumber")
                    || method.equals("POST") && path.contains("uploadId");
            return appears && path.startsWith("/a-bucket/" + key) ? Deed.LOSE_ANSWER : null;
        });
    }

    @Test
    void an_object_that_meets_an_error_in_the_server_is_sent_again() throws Exception {
        AtomicInteger met = new AtomicInteger();
        between.rule((method, path, ifNoneMatch) ->
                method.equals("PUT") && path.contains("/key") && met.incrementAndGet() <= 2
                        ? Deed.INTERNAL_ERROR
                        : null);

        put("key", SMALL);

        try (InputStream in = store.get("key")) {
            assertThat(SMALL.isIn(in)).isTrue();
        }
    }

    @Test
    void an_object_that_meets_errors_again_and_again_fails_the_write() throws Exception {
        between.rule((method, path, ifNoneMatch) ->
                method.equals("PUT") && path.contains("/key") ? Deed.INTERNAL_ERROR : null);
        assertThatExceptionOfType(ObjectStoreException.class)
                .isThrownBy(() -> put("key", SMALL))
                .matches(ObjectStoreException::retryable)
                .withMessageContaining("answered 500 InternalError");
        assertThat(between.seen())
                .filteredOn(request -> request.contains("/key"))
                .hasSize(3);
    }

    @Test
    void who_created_an_object_and_was_told_of_an_error_has_created_it() throws Exception {
        putIfAbsent("before", SMALL);
        AtomicInteger met = new AtomicInteger();
        between.rule((method, path, ifNoneMatch) ->
                method.equals("PUT") && path.contains("/key") && met.incrementAndGet() == 1
                        ? Deed.INTERNAL_ERROR_AFTERWARDS
                        : null);

        assertThat(putIfAbsent("key", SMALL)).isPresent();

        assertThat(met).hasValue(2);
    }

    @Test
    void who_can_not_find_out_whether_it_was_the_first_is_not_told_that_the_key_is_taken() throws Exception {
        putIfAbsent("before", SMALL);
        AtomicInteger met = new AtomicInteger();
        between.rule((method, path, ifNoneMatch) -> {
            if (!path.contains("/key")) {
                return null;
            }
            if (method.equals("HEAD")) {
                return Deed.SLOW_DOWN;
            }
            return method.equals("PUT") && met.incrementAndGet() == 1 ? Deed.INTERNAL_ERROR_AFTERWARDS : null;
        });

        assertThatExceptionOfType(ObjectStoreException.class)
                .isThrownBy(() -> putIfAbsent("key", SMALL))
                .matches(ObjectStoreException::retryable)
                .withMessageContaining("find out what became of");
    }

    @Test
    void a_part_that_gets_lost_is_sent_again() throws Exception {
        AtomicInteger lost = new AtomicInteger();
        between.rule((method, path, ifNoneMatch) ->
                path.contains("partNumber=1") && lost.incrementAndGet() <= 2 ? Deed.SLOW_DOWN : null);
        put("key", LARGE);
        try (InputStream in = store.get("key")) {
            assertThat(LARGE.isIn(in)).isTrue();
        }
    }

    @Test
    void a_part_that_gets_lost_again_and_again_fails_the_write() throws Exception {
        between.rule((method, path, ifNoneMatch) -> path.contains("partNumber=2") ? Deed.SLOW_DOWN : null);
        assertThatExceptionOfType(ObjectStoreException.class)
                .isThrownBy(() -> put("key", LARGE))
                .matches(ObjectStoreException::retryable)
                .withMessageContaining("answered 503 SlowDown");
        assertThat(store.head("key")).isEmpty();
    }

    @Test
    void many_slow_requests_do_not_wait_for_each_other() throws Exception {
        put("key", SMALL);
        CyclicBarrier allThere = new CyclicBarrier(20);
        between.rule((method, path, ifNoneMatch) -> {
            try {
                allThere.await(20, TimeUnit.SECONDS);
                return null;
            } catch (Exception e) {
                return Deed.NOT_IMPLEMENTED;
            }
        });
        ExecutorService readers = Executors.newFixedThreadPool(20);
        try {
            Callable<Boolean> read = () -> store.head("key").isPresent();
            for (Future<Boolean> found : readers.invokeAll(Collections.nCopies(20, read))) {
                assertThat(found.get()).isTrue();
            }
        } finally {
            readers.shutdownNow();
        }
    }

    @Test
    void a_full_server_is_told_apart() throws Exception {
        between.rule((method, path, ifNoneMatch) -> method.equals("PUT") && path.contains("/key") ? Deed.FULL : null);
        assertThatExceptionOfType(NoSpaceException.class)
                .isThrownBy(() -> put("key", SMALL))
                .withMessageContaining("answered 507 XMinioStorageFull");
        assertThatExceptionOfType(NoSpaceException.class).isThrownBy(() -> put("key", LARGE));
    }

    @Test
    void a_stream_that_breaks_off_fails_and_does_not_end_as_if_it_were_whole() throws Exception {
        put("key", LARGE);
        between.rule((method, path, ifNoneMatch) -> method.equals("GET") ? Deed.CUT_ANSWER : null);
        try (InputStream in = store.get("key")) {
            assertThatExceptionOfType(ObjectStoreException.class)
                    .isThrownBy(in::readAllBytes)
                    .matches(ObjectStoreException::retryable)
                    .withMessageContaining("cannot read s3://a-bucket/key to its end");
        }
    }

    @Test
    void what_is_no_s3_server_is_not_taken_for_an_empty_bucket() throws Exception {
        between.rule((method, path, ifNoneMatch) -> Deed.WEB_PAGE);
        for (ThrowingCallable call : new ThrowingCallable[] {
            () -> put("key", SMALL),
            () -> store.head("key"),
            () -> store.list("").toList()
        }) {
            assertThatThrownBy(call).hasStackTraceContaining("ObjectStoreException");
        }
    }

    private void put(String key, Content content) throws IOException {
        store.put(key, ObjectAttributes.NONE, content.body());
    }

    private Optional<ObjectInfo> putIfAbsent(String key, Content content) throws IOException {
        return store.putIfAbsent(key, ObjectAttributes.NONE, content.body());
    }
}
