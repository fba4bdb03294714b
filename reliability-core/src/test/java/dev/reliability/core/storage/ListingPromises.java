package dev.reliability.core.storage;

import static dev.reliability.core.storage.StoreUnderTest.keys;
import static dev.reliability.core.storage.StoreUnderTest.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** 8 listing. */
interface ListingPromises extends StoreUnderTest {
    Comparator<String> BY_BYTES =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    @Test
    @DisplayName("8.1 the order is that of the keys' UTF-8 bytes, over all folders")
    default void orderedByBytes() throws Exception {
        ObjectStore store = anotherStore();
        List<String> keys = new ArrayList<>(List.of(
                "a!b", // before '/'
                "a-b",
                "a.txt",
                "a/b",
                "a/b.c",
                "a/c/d",
                "a/c-d",
                "a/c0",
                "a0",
                "aa",
                "B",
                "_",
                "é",
                "文",
                "\uff5e",
                "z/\uff5e/x"));
        Collections.shuffle(keys, new Random(1));
        for (String key : keys) {
            write(store, key, Content.EMPTY);
        }
        keys.sort(BY_BYTES);
        assertThat(keys(store, "")).containsExactlyElementsOf(keys);
    }

    @Test
    @Tag(ObjectStoreContract.UNUSUAL_KEYS)
    @DisplayName("8.6 also where the order of UTF-16 is another one")
    default void orderedByBytesBeyondTheBasicPlane() throws Exception {
        ObjectStore store = anotherStore();
        List<String> keys = List.of("a/\uff5e/x", "a/\ud83d\ude00/x", "\uff5e", "\ud83d\ude00");
        for (String key : keys) {
            write(store, key, Content.EMPTY);
        }
        assertThat(keys(store, "")).isEqualTo(keys);
    }

    @Test
    @DisplayName("8.2 a prefix is any beginning of a key, also in the middle of a name")
    default void prefixesEndAnywhere() throws Exception {
        ObjectStore store = anotherStore();
        List<String> keys = List.of("a", "b/1", "b/10", "b/2", "b/2x/y", "b/2x/z", "b0", "ba/x", "文件/一", "文化");
        for (String key : keys) {
            write(store, key, Content.EMPTY);
        }
        for (String prefix : List.of(
                "",
                "a",
                "a/",
                "b",
                "b/",
                "b/1",
                "b/10",
                "b/100",
                "b/2",
                "b/2x",
                "b/2x/",
                "b/2x/y",
                "b/2x/y/",
                "b0",
                "c",
                "文",
                "文件",
                "文件/",
                "文件/一",
                "b/2x/y/z/",
                "B")) {
            assertThat(keys(store, prefix))
                    .as("prefix '%s'", prefix)
                    .containsExactlyElementsOf(keys.stream()
                            .filter(key -> key.startsWith(prefix))
                            .sorted(BY_BYTES)
                            .toList());
        }
    }

    @Test
    @DisplayName("8.3 a prefix that no key can have lists nothing, and leads nowhere")
    default void impossiblePrefixesListNothing() throws Exception {
        ObjectStore store = anotherStore();
        write(store, "a/b", Content.EMPTY);
        for (String prefix : List.of(
                "/",
                "/a",
                "../",
                "../../etc/",
                "./",
                "a//",
                "a/./",
                "a/../",
                "a\\",
                ".store",
                ".store/",
                ".store/tmp/",
                "\u0000",
                "a/\n",
                "e\u0301/",
                "x".repeat(300) + "/",
                "x".repeat(2000))) {
            assertThat(keys(store, prefix)).as("prefix '%s'", prefix).isEmpty();
        }
    }

    @Test
    @DisplayName("8.4 thousands of objects are listed completely and in order, and lazily")
    default void thousandsAreListed() throws Exception {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 1_150; i++) {
            keys.add(i % 2 == 0 ? "many/" + i : "many/" + i % 10 + "/" + i);
        }
        List<Callable<Boolean>> writers = new ArrayList<>();
        for (int part = 0; part < 4; part++) {
            int from = part;
            ObjectStore store = anotherStore();
            writers.add(() -> {
                for (int i = from; i < keys.size(); i += 4) {
                    write(store, keys.get(i), Content.EMPTY);
                }
                return true;
            });
        }
        Together.run(writers);
        ObjectStore store = anotherStore();
        keys.sort(BY_BYTES);

        assertThat(keys(store, "")).isEqualTo(keys);
        assertThat(keys(store, "many/1"))
                .isEqualTo(keys.stream().filter(k -> k.startsWith("many/1")).toList());
        try (Stream<ObjectInfo> some = store.list("many/")) {
            assertThat(some.limit(3).map(ObjectInfo::key).collect(Collectors.toList()))
                    .isEqualTo(keys.subList(0, 3));
        }
        try (Stream<ObjectInfo> unread = store.list("")) {
            assertThat(unread).isNotNull();
        }
    }

    @Test
    @DisplayName("8.5 what stays is listed once and in order, whatever else is written and deleted meanwhile")
    default void listingDuringChanges() throws Exception {
        ObjectStore store = anotherStore();
        List<String> stable = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            stable.add("s/" + i % 4 + "/" + i);
            write(store, stable.get(i), Content.EMPTY);
        }
        stable.sort(BY_BYTES);
        AtomicBoolean listing = new AtomicBoolean(true);
        Callable<List<List<String>>> changes = () -> {
            ObjectStore other = anotherStore();
            for (int i = 0; listing.get(); i++) {
                String key = "s/" + i % 7 + "/x" + i % 11;
                write(other, key, Content.EMPTY);
                other.delete(key);
            }
            return List.of();
        };
        Callable<List<List<String>>> lists = () -> {
            try {
                List<List<String>> seen = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    seen.add(keys(store, "s/"));
                }
                return seen;
            } finally {
                listing.set(false);
            }
        };
        for (List<String> seen : Together.run(List.of(lists, changes)).get(0)) {
            assertThat(seen).isSortedAccordingTo(BY_BYTES).doesNotHaveDuplicates();
            assertThat(seen.stream().filter(key -> !key.contains("x")).toList()).isEqualTo(stable);
        }
    }
}
