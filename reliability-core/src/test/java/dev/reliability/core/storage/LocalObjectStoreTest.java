package dev.reliability.core.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalObjectStoreTest {
    @TempDir
    Path parent;

    private final List<String> skipped = new ArrayList<>();
    private Path folder;
    private ObjectStore store;

    @BeforeEach
    void open() throws Exception {
        folder = parent.resolve("a folder");
        store = LocalObjectStore.open(folder, (file, reason) -> skipped.add(folder.relativize(file) + ": " + reason));
    }

    @Test
    void an_object_is_one_plain_file_with_exactly_its_bytes_and_nothing_else_remains() throws Exception {
        put("a/文.txt", "hello");
        store.putIfAbsent("b", ObjectAttributes.NONE, ObjectBody.of(new byte[0]));
        store.putIfAbsent("b", ObjectAttributes.NONE, ObjectBody.of(new byte[1]));

        assertThat(folder.resolve("a/文.txt")).hasContent("hello");
        assertThat(store.location("a/文.txt"))
                .isEqualTo(folder.resolve("a/文.txt").toString());
        assertThat(filesUnder(folder)).containsExactlyInAnyOrder("a/文.txt", "b");
    }

    @Test
    void deleting_the_last_object_of_a_folder_removes_the_folder() throws Exception {
        put("a/b/c/d", "x");
        put("a/e", "x");
        store.delete("a/b/c/d");
        assertThat(folder.resolve("a/b")).doesNotExist();
        assertThat(folder.resolve("a")).exists();
        store.delete("a/e");
        assertThat(folder.resolve("a")).doesNotExist();
        assertThat(folder).exists();
    }

    @Test
    void it_knows_the_free_space_of_its_disk_while_it_is_there() throws Exception {
        long half = Files.getFileStore(folder).getUsableSpace() / 2;
        assertThat(store.freeBytes().orElseThrow()).isBetween(half, 3 * half);

        Files.move(folder, parent.resolve("away"));
        assertThatThrownBy(() -> store.freeBytes()).isInstanceOf(ObjectStoreException.class);
    }

    @Test
    void one_key_cannot_be_a_part_of_another() throws Exception {
        put("a", "object");
        put("b/c", "object");
        for (ThrowingCallable write : List.<ThrowingCallable>of(
                () -> put("a/b", "x"), () -> putIfAbsent("a/b"), () -> put("b", "x"), () -> putIfAbsent("b"))) {
            assertThatExceptionOfType(ObjectStoreException.class)
                    .isThrownBy(write)
                    .matches(e -> !e.retryable())
                    .withMessageContaining("one key cannot be a part of another's path");
        }
        assertThat(StoreUnderTest.keys(store, "")).containsExactly("a", "b/c");
    }

    @Test
    void an_empty_folder_is_in_nobodys_way() throws Exception {
        Files.createDirectories(folder.resolve("a"));
        Files.createDirectories(folder.resolve("b"));
        put("a", "x");
        putIfAbsent("b");
        assertThat(StoreUnderTest.keys(store, "")).containsExactly("a", "b");
    }

    @Test
    void a_link_is_never_followed_or_replaced_but_named() throws Exception {
        Path outside = Files.writeString(parent.resolve("outside.txt"), "secret");
        Files.createDirectory(parent.resolve("elsewhere"));
        Files.writeString(parent.resolve("elsewhere/file"), "secret");
        Files.createSymbolicLink(folder.resolve("link"), outside);
        Files.createSymbolicLink(folder.resolve("dangling"), parent.resolve("no such file"));
        Files.createSymbolicLink(folder.resolve("linked"), parent.resolve("elsewhere"));
        put("plain", "x");

        Map<String, String> keys =
                Map.of("link", "link", "dangling", "dangling", "linked/file", "linked", "linked/new", "linked");
        keys.forEach((key, link) -> {
            for (ThrowingCallable call : everyCall(key)) {
                assertThatExceptionOfType(ObjectStoreException.class)
                        .isThrownBy(call)
                        .matches(e -> !e.retryable())
                        .withMessageContaining(folder.resolve(link) + " is a symbolic link");
            }
        });
        assertThat(outside).hasContent("secret");
        assertThat(filesUnder(parent.resolve("elsewhere"))).containsExactly("file");
        assertThat(StoreUnderTest.keys(store, "")).containsExactly("plain");
        assertThat(StoreUnderTest.keys(store, "linked/")).isEmpty();
        assertThat(skipped)
                .contains(
                        "link: it is a symbolic link",
                        "dangling: it is a symbolic link",
                        "linked: it is a symbolic link");
    }

    @Test
    void the_folder_itself_may_be_reached_through_a_link() throws Exception {
        Path link = Files.createSymbolicLink(parent.resolve("link"), folder);
        ObjectStore other = LocalObjectStore.open(link);
        StoreUnderTest.write(other, "a/b", Content.EMPTY);
        assertThat(StoreUnderTest.keys(store, "")).containsExactly("a/b");
    }

    @Test
    void what_no_key_can_name_is_left_out_of_listings_and_reported() throws Exception {
        Files.writeString(folder.resolve("back\\slash"), "x");
        Files.writeString(folder.resolve("e\u0301"), "x");
        Files.writeString(folder.resolve("new\nline"), "x");
        Files.createDirectory(folder.resolve("tab\t"));
        Files.writeString(folder.resolve("tab\t/inside"), "x");
        assertThat(new ProcessBuilder("mkfifo", folder.resolve("fifo").toString())
                        .start()
                        .waitFor())
                .isZero();
        put("plain", "x");
        Files.writeString(folder.resolve("by hand.txt"), "x");

        assertThat(StoreUnderTest.keys(store, "")).containsExactly("by hand.txt", "plain");
        assertThat(skipped)
                .containsExactlyInAnyOrder(
                        "back\\slash: its name is not a valid key",
                        "e\u0301: its name is not a valid key",
                        "new\nline: its name is not a valid key",
                        "tab\t: its name is not a valid key",
                        "fifo: it is not a plain file");
        assertThatThrownBy(() -> store.get("fifo")).hasMessageContaining("is not a plain file or folder");
    }

    @Test
    void two_dots_are_the_beginning_of_some_names_but_lead_nowhere() throws Exception {
        Files.writeString(parent.resolve("outside"), "x");
        put("..a", "x");
        assertThat(StoreUnderTest.keys(store, "..")).containsExactly("..a");
        assertThat(StoreUnderTest.keys(store, "../")).isEmpty();
    }

    @Test
    void a_folder_that_was_replaced_by_a_file_is_a_clear_retryable_failure_until_it_is_back() throws Exception {
        put("key", "x");
        Path away = Files.move(folder, parent.resolve("away"));
        Files.writeString(folder, "a file");
        assertUnavailable("it is not a folder any more");

        Files.delete(folder);
        assertUnavailable("it does not exist");
        assertThat(folder).doesNotExist();

        Files.createDirectory(folder);
        assertUnavailable("is the right volume mounted?");
        assertThat(folder).isEmptyDirectory();

        Files.delete(folder);
        Files.move(away, folder);
        assertThat(StoreUnderTest.keys(store, "")).containsExactly("key");
    }

    private void assertUnavailable(String reason) {
        List<ThrowingCallable> calls = new ArrayList<>(everyCall("key"));
        calls.add(() -> StoreUnderTest.keys(store, ""));
        calls.add(store::removeAbandoned);
        for (ThrowingCallable call : calls) {
            assertThatExceptionOfType(ObjectStoreException.class)
                    .isThrownBy(call)
                    .matches(ObjectStoreException::retryable)
                    .withMessageContaining("the storage folder " + folder + " cannot be used: ")
                    .withMessageContaining(reason);
        }
    }

    @Test
    void a_listing_does_not_end_early_because_the_folder_went_away() throws Exception {
        put("a/1", "x");
        put("b/1", "x");
        try (Stream<ObjectInfo> listed = store.list("")) {
            var objects = listed.iterator();
            assertThat(objects.next().key()).isEqualTo("a/1");
            Files.move(folder, parent.resolve("away"));
            assertThatThrownBy(objects::hasNext).hasMessageContaining("it does not exist");
        }
    }

    @Test
    void opening_says_what_is_in_the_way() throws Exception {
        Path file = Files.writeString(parent.resolve("file"), "x");
        Path linked = Files.createDirectory(parent.resolve("linked"));
        Files.createSymbolicLink(linked.resolve(".store"), folder.resolve(".store"));

        assertThatThrownBy(() -> LocalObjectStore.open(file))
                .isInstanceOf(ObjectStoreException.class)
                .hasMessageContaining("cannot open the storage folder " + file);
        assertThatThrownBy(() -> LocalObjectStore.open(file.resolve("below")))
                .isInstanceOf(ObjectStoreException.class)
                .hasMessageContaining("cannot open the storage folder " + file);
        assertThatThrownBy(() -> LocalObjectStore.open(linked))
                .isInstanceOf(ObjectStoreException.class)
                .hasMessageContaining(".store is a link");
    }

    @Test
    void an_interrupt_ends_a_write_and_nothing_has_changed() throws Exception {
        ObjectBody interrupted = out -> {
            out.write(new byte[100_000]);
            Thread.currentThread().interrupt();
            out.write(new byte[100_000]);
        };
        assertThatExceptionOfType(ObjectStoreException.class)
                .isThrownBy(() -> store.put("key", ObjectAttributes.NONE, interrupted))
                .withMessageContaining("the thread was interrupted");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(filesUnder(folder)).isEmpty();
    }

    @Test
    void a_body_that_swallows_a_failure_does_not_make_half_an_object_whole() throws Exception {
        ObjectBody swallows = out -> {
            Thread.currentThread().interrupt();
            try {
                out.write(new byte[100_000]);
            } catch (IOException swallowed) {
                Thread.interrupted();
            }
        };
        assertThatThrownBy(() -> store.put("key", ObjectAttributes.NONE, swallows))
                .isInstanceOf(ObjectStoreException.class);
        assertThat(filesUnder(folder)).isEmpty();
    }

    @Test
    void an_interrupt_after_the_object_got_its_name_is_kept_for_later() throws Exception {
        Thread.currentThread().interrupt();
        Directories.sync(folder);
        assertThat(Thread.interrupted()).isTrue();
    }

    private List<ThrowingCallable> everyCall(String key) {
        return List.of(
                () -> put(key, "x"),
                () -> putIfAbsent(key),
                () -> store.get(key),
                () -> store.get(key, 0, 1),
                () -> store.head(key),
                () -> store.delete(key));
    }

    private void put(String key, String content) throws IOException {
        store.put(key, ObjectAttributes.NONE, ObjectBody.of(content.getBytes(UTF_8)));
    }

    private void putIfAbsent(String key) throws IOException {
        store.putIfAbsent(key, ObjectAttributes.NONE, ObjectBody.of(new byte[0]));
    }

    private static List<String> filesUnder(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> !Files.isDirectory(path))
                    .map(path -> folder.relativize(path).toString())
                    .toList();
        }
    }
}
