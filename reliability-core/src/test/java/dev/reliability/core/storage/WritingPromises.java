package dev.reliability.core.storage;

import static dev.reliability.core.storage.StoreUnderTest.keys;
import static dev.reliability.core.storage.StoreUnderTest.read;
import static dev.reliability.core.storage.StoreUnderTest.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** 1 atomic, 2 durable and visible, 3 the body is called exactly once. */
interface WritingPromises extends StoreUnderTest {
    Content SMALL = new Content(1, 1_000);
    Content OTHER = new Content(2, 3_000);
    // More than any store keeps in memory before it begins to send.
    Content LARGE = new Content(3, 11 * 1024 * 1024 + 17);

    @Test
    @DisplayName("1.1 an object is invisible while it is written, and whole after that")
    default void nothingIsSeenOfAnUnfinishedObject() throws Exception {
        ObjectStore store = anotherStore();
        ObjectStore reader = anotherStore();

        store.put("a/new", ObjectAttributes.NONE, out -> {
            LARGE.body().writeTo(out);
            out.flush();
            assertThat(reader.head("a/new")).isEmpty();
            assertThatThrownBy(() -> reader.get("a/new")).isInstanceOf(ObjectNotFoundException.class);
            assertThat(keys(reader, "")).isEmpty();
        });

        try (InputStream in = reader.get("a/new")) {
            assertThat(LARGE.isIn(in)).isTrue();
        }
    }

    @Test
    @DisplayName("1.2 while an object is overwritten, readers see the old one whole")
    default void theOldObjectStaysUntilTheNewOneIsWhole() throws Exception {
        ObjectStore store = anotherStore();
        ObjectStore reader = anotherStore();
        write(store, "a/key", SMALL);

        store.put("a/key", ObjectAttributes.NONE, out -> {
            LARGE.body().writeTo(out);
            assertThat(read(reader, "a/key")).isEqualTo(SMALL.bytes());
            assertThat(reader.head("a/key").orElseThrow().size()).isEqualTo(SMALL.size());
        });

        assertThat(reader.head("a/key").orElseThrow().size()).isEqualTo(LARGE.size());
    }

    @Test
    @DisplayName("1.3 readers during many overwrites see whole objects only")
    default void readersDuringOverwritesSeeWholeObjects() throws Exception {
        List<Content> versions = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            versions.add(new Content(i, 200_000L + 10_000 * i));
        }
        write(anotherStore(), "key", versions.get(0));
        AtomicBoolean writing = new AtomicBoolean(true);

        Callable<Boolean> writer = () -> {
            try {
                ObjectStore store = anotherStore();
                for (Content version : versions) {
                    write(store, "key", version);
                }
                return true;
            } finally {
                writing.set(false);
            }
        };
        Callable<Boolean> reader = () -> {
            ObjectStore store = anotherStore();
            boolean whole = true;
            while (writing.get()) {
                byte[] seen = read(store, "key");
                whole &= versions.stream().anyMatch(v -> v.size() == seen.length && Arrays.equals(v.bytes(), seen));
            }
            return whole;
        };

        assertThat(Together.run(List.of(writer, reader, reader))).containsOnly(true);
    }

    @Test
    @DisplayName("1.4 a stream that is open during an overwrite or a delete delivers the old object, or fails")
    default void anOpenStreamDoesNotMixVersions() throws Exception {
        ObjectStore store = anotherStore();
        Content old = new Content(7, 8 * 1024 * 1024);
        Content fresh = new Content(8, 8 * 1024 * 1024);
        write(store, "overwritten", old);
        write(store, "deleted", old);

        for (String key : List.of("overwritten", "deleted")) {
            try (InputStream in = store.get(key)) {
                byte[] first = in.readNBytes(1000);
                if (key.equals("deleted")) {
                    anotherStore().delete(key);
                } else {
                    write(anotherStore(), key, fresh);
                }
                byte[] rest;
                try {
                    rest = in.readAllBytes();
                } catch (ObjectStoreException allowed) {
                    continue;
                }
                byte[] expected = old.bytes();
                assertThat(first).isEqualTo(Arrays.copyOf(expected, 1000));
                assertThat(Arrays.equals(rest, 0, rest.length, expected, 1000, expected.length))
                        .as("%s: the rest is that of the old object", key)
                        .isTrue();
            }
        }
    }

    @Test
    @DisplayName(
            "2.1 what was written, overwritten or deleted is seen so by everybody at once, also by who comes later")
    default void changesAreVisibleAtOnce() throws Exception {
        ObjectStore store = anotherStore();
        ObjectStore other = anotherStore();

        for (Content content : List.of(SMALL, OTHER, Content.EMPTY, SMALL)) {
            write(store, "a/key", content);
            for (ObjectStore reader : List.of(store, other, anotherStore())) {
                assertThat(read(reader, "a/key")).isEqualTo(content.bytes());
                assertThat(reader.head("a/key").orElseThrow().size()).isEqualTo(content.size());
                assertThat(keys(reader, "")).containsExactly("a/key");
            }
        }
        store.delete("a/key");
        for (ObjectStore reader : List.of(store, other, anotherStore())) {
            assertThat(reader.head("a/key")).isEmpty();
            assertThat(keys(reader, "")).isEmpty();
            assertThatThrownBy(() -> reader.get("a/key")).isInstanceOf(ObjectNotFoundException.class);
        }
    }

    @Test
    @DisplayName("3.1 the body is called exactly once, on the calling thread, whatever the size")
    default void theBodyIsCalledOnceOnTheCallingThread() throws Exception {
        ObjectStore store = anotherStore();
        for (Content content : List.of(Content.EMPTY, SMALL, LARGE)) {
            List<Thread> callers = new ArrayList<>();
            ObjectBody body = out -> {
                callers.add(Thread.currentThread());
                content.body().writeTo(out);
            };
            assertThat(store.put("put", ObjectAttributes.NONE, body).size()).isEqualTo(content.size());
            assertThat(callers).containsExactly(Thread.currentThread());
            callers.clear();
            assertThat(store.putIfAbsent("absent" + content.size(), ObjectAttributes.NONE, body))
                    .isPresent();
            assertThat(callers).containsExactly(Thread.currentThread());
        }
    }

    @Test
    @DisplayName("3.2 single bytes, pieces and flushes in any mixture arrive as written")
    default void anyWayOfWritingArrives() throws Exception {
        ObjectStore store = anotherStore();
        byte[] bytes = new Content(5, 300_000).bytes();
        store.put("key", ObjectAttributes.NONE, out -> {
            int at = 0;
            for (int step = 1; at < bytes.length; step = step * 3 + 1) {
                out.write(bytes[at++]);
                int length = Math.min(step, bytes.length - at);
                out.write(bytes, at, length);
                at += length;
                out.flush();
                out.write(bytes, 0, 0);
            }
        });
        assertThat(read(store, "key")).isEqualTo(bytes);
    }

    @Test
    @DisplayName("3.3 what the body throws is thrown on, and nothing has changed")
    default void aBodyThatGivesUpChangesNothing() throws Exception {
        ObjectStore store = anotherStore();
        write(store, "taken", SMALL);
        List<Throwable> reasons =
                List.of(new IOException("no more"), new IllegalStateException("broken"), new AssertionError("worse"));

        for (Throwable reason : reasons) {
            for (Content written : List.of(Content.EMPTY, SMALL, LARGE)) {
                ObjectBody givesUp = out -> {
                    written.body().writeTo(out);
                    StoreUnderTest.sneakyThrow(reason);
                };
                assertThatThrownBy(() -> store.put("taken", ObjectAttributes.NONE, givesUp))
                        .isSameAs(reason);
                assertThatThrownBy(() -> store.put("free", ObjectAttributes.NONE, givesUp))
                        .isSameAs(reason);
                assertThatThrownBy(() -> store.putIfAbsent("free", ObjectAttributes.NONE, givesUp))
                        .isSameAs(reason);
            }
        }
        assertThat(keys(anotherStore(), "")).containsExactly("taken");
        assertThat(read(anotherStore(), "taken")).isEqualTo(SMALL.bytes());
        assertThat(store.putIfAbsent("free", ObjectAttributes.NONE, SMALL.body()))
                .isPresent();
    }
}
