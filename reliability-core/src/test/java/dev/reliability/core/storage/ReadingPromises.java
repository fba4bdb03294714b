package dev.reliability.core.storage;

import static dev.reliability.core.storage.StoreUnderTest.keys;
import static dev.reliability.core.storage.StoreUnderTest.read;
import static dev.reliability.core.storage.StoreUnderTest.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** 6 reading, 7 what is known of an object, 9 deleting and cleaning up. */
interface ReadingPromises extends StoreUnderTest {

    @Test
    @DisplayName("6.1 an object of any size comes back as it was written")
    default void anySizeComesBack() throws Exception {
        ObjectStore store = anotherStore();
        int mega = 1024 * 1024;
        // Around the sizes at which buffers and parts end.
        for (int size : List.of(
                0, 1, 8191, 8192, 65_535, 65_536, 65_537, 5 * mega, 8 * mega - 1, 8 * mega, 8 * mega + 1, 16 * mega)) {
            Content content = new Content(size, size);
            write(store, "size/" + size, content);
            try (InputStream in = store.get("size/" + size)) {
                assertThat(content.isIn(in)).as("%s bytes", size).isTrue();
            }
        }
    }

    @Test
    @DisplayName("6.2 what is not there is told apart from what cannot be read")
    default void aMissingObjectIsNotFound() throws Exception {
        ObjectStore store = anotherStore();
        write(store, "folder/key", Content.EMPTY);

        for (String missing : List.of("key", "folder", "folder/ke", "folder/key2")) {
            for (boolean range : List.of(false, true)) {
                ObjectNotFoundException e = catchThrowableOfType(ObjectNotFoundException.class, () -> {
                    try (InputStream in = range ? store.get(missing, 1, 1) : store.get(missing)) {
                        in.readAllBytes();
                    }
                });
                assertThat(e).as(missing).isNotNull();
                assertThat(e.key()).isEqualTo(missing);
                assertThat(e).hasMessageContaining(store.location(missing));
            }
            assertThat(store.head(missing)).isEmpty();
        }
    }

    @Test
    @Tag(ObjectStoreContract.UNUSUAL_KEYS)
    @DisplayName("6.6 nothing lies below an object, and that is no failure")
    default void nothingLiesBelowAnObject() throws Exception {
        ObjectStore store = anotherStore();
        write(store, "folder/key", Content.EMPTY);

        assertThatThrownBy(() -> store.get("folder/key/below")).isInstanceOf(ObjectNotFoundException.class);
        assertThat(store.head("folder/key/below")).isEmpty();
        store.delete("folder/key/below");
        assertThat(keys(store, "folder/key/")).isEmpty();
        assertThat(store.head("folder/key")).isPresent();
    }

    @Test
    @DisplayName("6.3 a range delivers its part, and what there is of it at the end")
    default void rangesDeliverTheirPart() throws Exception {
        ObjectStore store = anotherStore();
        byte[] bytes = new Content(1, 100_000).bytes();
        store.put("key", ObjectAttributes.NONE, ObjectBody.of(bytes));
        store.put("empty", ObjectAttributes.NONE, ObjectBody.of(new byte[0]));

        long[][] ranges = {
            {0, 1},
            {0, 100_000},
            {1, 99_999},
            {99_999, 1},
            {50_000, 10},
            {0, 0},
            {50, 0},
            {99_999, 2},
            {90_000, 20_000},
            {0, Long.MAX_VALUE},
            {7, Long.MAX_VALUE},
            {100_000, 0},
            {100_000, 1},
            {100_001, 5},
            {Long.MAX_VALUE, 1},
            {Long.MAX_VALUE, Long.MAX_VALUE}
        };
        for (long[] range : ranges) {
            int from = (int) Math.min(range[0], bytes.length);
            int to = (int) Math.min(bytes.length, range[1] > bytes.length ? bytes.length : from + range[1]);
            assertThat(read(store, "key", range[0], range[1]))
                    .as("offset %s, length %s", range[0], range[1])
                    .isEqualTo(Arrays.copyOfRange(bytes, from, to));
            assertThat(read(store, "empty", range[0], range[1])).isEmpty();
        }
        assertThatIllegalArgumentException().isThrownBy(() -> store.get("key", -1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> store.get("key", 0, -1));
    }

    @Test
    @DisplayName("6.4 a stream may be closed anywhere, and read byte by byte")
    default void streamsMayBeClosedAnywhere() throws Exception {
        ObjectStore store = anotherStore();
        Content content = new Content(1, 10 * 1024 * 1024);
        write(store, "key", content);
        byte[] bytes = content.bytes();
        for (int i = 0; i < 30; i++) {
            try (InputStream in = store.get("key")) {
                for (int at = 0; at < i; at++) {
                    assertThat(in.read()).isEqualTo(bytes[at] & 0xff);
                }
            }
        }
        try (InputStream in = store.get("key", bytes.length - 1, 5)) {
            assertThat(in.read()).isEqualTo(bytes[bytes.length - 1] & 0xff);
            assertThat(in.read()).isEqualTo(-1);
            assertThat(in.read(new byte[5])).isEqualTo(-1);
        }
    }

    @Test
    @DisplayName("6.5 an object of tens of megabytes passes in both directions through little memory")
    default void memoryDoesNotGrowWithTheObject() throws Exception {
        ObjectStore store = anotherStore();
        Content piece = new Content(1, 16 * 1024 * 1024);
        int pieces = 4;
        long bound = 32L * 1024 * 1024;
        long before = usedMemory();

        long[] peak = {0};
        store.put("large", ObjectAttributes.NONE, (OutputStream out) -> {
            for (int i = 0; i < pieces; i++) {
                piece.body().writeTo(out);
                peak[0] = Math.max(peak[0], usedMemory());
            }
        });
        assertThat(peak[0] - before).as("memory in use while writing").isLessThan(bound);

        peak[0] = 0;
        byte[] step = new byte[64 * 1024];
        long read = 0;
        try (InputStream in = store.get("large")) {
            for (int n; (n = in.read(step)) >= 0; read += n) {
                if (read / piece.size() != (read + n) / piece.size()) {
                    peak[0] = Math.max(peak[0], usedMemory());
                }
            }
        }
        assertThat(read).isEqualTo(pieces * piece.size());
        assertThat(peak[0] - before).as("memory in use while reading").isLessThan(bound);
    }

    private static long usedMemory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    @DisplayName("7.1 put, head and list agree on key, size and time; the time is the store's and goes on")
    default void whatIsKnownAgrees() throws Exception {
        ObjectStore store = anotherStore();
        ObjectInfo first = store.put("a/1", ObjectAttributes.NONE, new Content(1, 10).body());
        ObjectInfo second = store.putIfAbsent("a/2", ObjectAttributes.NONE, Content.EMPTY.body())
                .orElseThrow();

        List<ObjectInfo> listed;
        try (var all = store.list("")) {
            listed = all.toList();
        }
        assertThat(listed).extracting(ObjectInfo::key).containsExactly("a/1", "a/2");
        assertThat(listed).extracting(ObjectInfo::attributes).containsOnly(ObjectAttributes.NONE);
        for (ObjectInfo put : List.of(first, second)) {
            ObjectInfo head = store.head(put.key()).orElseThrow();
            ObjectInfo inList = listed.get(put == first ? 0 : 1);
            for (ObjectInfo other : List.of(head, inList)) {
                assertThat(other.key()).isEqualTo(put.key());
                assertThat(other.size()).isEqualTo(put.size());
                assertThat(other.lastModified()).isCloseTo(put.lastModified(), within(2, ChronoUnit.SECONDS));
            }
        }
        assertThat(listed.get(1).lastModified())
                .isAfterOrEqualTo(listed.get(0).lastModified().truncatedTo(ChronoUnit.SECONDS));
    }

    @Test
    @DisplayName("7.2 attributes come back as given where the store keeps them, else not at all")
    default void attributesComeBack() throws Exception {
        ObjectStore store = anotherStore();
        ObjectAttributes text = new ObjectAttributes(
                "text/plain;charset=utf-8", Map.of("origin", "a test, = and so on", "sha256", "ab".repeat(32)));
        ObjectAttributes pdf = ObjectAttributes.ofContentType("application/pdf");
        Content large = new Content(1, 11 * 1024 * 1024);

        for (Content content : List.of(Content.EMPTY, new Content(1, 100), large)) {
            store.put("key", text, content.body());
            assertThat(store.head("key").orElseThrow().attributes()).isEqualTo(expected(store, text));
            store.put("key", pdf, content.body());
            assertThat(store.head("key").orElseThrow().attributes()).isEqualTo(expected(store, pdf));
            store.put("key", ObjectAttributes.NONE, content.body());
            assertThat(store.head("key").orElseThrow().attributes().metadata()).isEmpty();
            store.delete("key");
            store.putIfAbsent("key", text, content.body());
            assertThat(store.head("key").orElseThrow().attributes()).isEqualTo(expected(store, text));
        }
    }

    private static ObjectAttributes expected(ObjectStore store, ObjectAttributes given) {
        return store.keepsAttributes() ? given : ObjectAttributes.NONE;
    }

    @Test
    @DisplayName("9.1 deleting takes one object away, and does nothing where there is none")
    default void deletingIsIdempotent() throws Exception {
        ObjectStore store = anotherStore();
        for (String key : List.of("a/b", "a/c", "a-b", "d/e/f/g")) {
            write(store, key, new Content(1, 10));
        }
        for (String none : List.of("no", "a", "d/e", "d/e/f")) {
            store.delete(none);
        }
        assertThat(keys(store, "")).containsExactly("a-b", "a/b", "a/c", "d/e/f/g");

        store.delete("d/e/f/g");
        store.delete("d/e/f/g");
        store.delete("a/b");

        assertThat(keys(store, "")).containsExactly("a-b", "a/c");
        write(store, "d/e", new Content(2, 10));
        assertThat(read(store, "d/e")).isEqualTo(new Content(2, 10).bytes());
    }

    @Test
    @DisplayName("9.2 removeAbandoned harms neither objects nor living writers")
    default void removeAbandonedHarmsNobodyAlive() throws Exception {
        ObjectStore store = anotherStore();
        write(store, "old", new Content(1, 10));
        Content large = new Content(2, 11 * 1024 * 1024);

        store.put("new", ObjectAttributes.NONE, out -> {
            large.body().writeTo(out);
            store.removeAbandoned();
            open(this).removeAbandoned();
        });
        store.removeAbandoned();

        assertThat(keys(store, "")).containsExactly("new", "old");
        try (InputStream in = store.get("new")) {
            assertThat(large.isIn(in)).isTrue();
        }
    }

    private static ObjectStore open(StoreUnderTest place) {
        try {
            return place.anotherStore();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("9.3 a folder's last object may be deleted while others are written into it")
    default void deletingAndWritingSideBySide() throws Exception {
        writeAndDeleteSideBySide();
        assertThat(keys(anotherStore(), "")).isEmpty();
        assertThatThrownBy(() -> anotherStore().get("deep/er")).isInstanceOf(ObjectNotFoundException.class);
    }

    /** In the folder {@code deep/er}. */
    default void writeAndDeleteSideBySide() throws Exception {
        Callable<Boolean> task = () -> {
            ObjectStore store = anotherStore();
            String key = "deep/er/" + Thread.currentThread().getId();
            for (int i = 0; i < 60; i++) {
                Content content = new Content(i, 100);
                write(store, key, content);
                assertThat(read(store, key)).isEqualTo(content.bytes());
                store.delete(key);
            }
            return true;
        };
        assertThat(Together.run(List.of(task, task, task))).containsOnly(true);
    }
}
