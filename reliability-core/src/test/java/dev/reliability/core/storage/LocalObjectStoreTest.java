package dev.reliability.core.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalObjectStoreTest {
    @TempDir
    Path folder;

    @Test
    void an_object_is_one_plain_file_with_exactly_its_bytes() throws Exception {
        ObjectStore store = LocalObjectStore.open(folder);
        store.put("a/文.txt", ObjectAttributes.NONE, ObjectBody.of("hello".getBytes(UTF_8)));

        assertThat(folder.resolve("a/文.txt")).hasContent("hello");
        assertThat(store.location("a/文.txt"))
                .isEqualTo(folder.resolve("a/文.txt").toString());
        assertThat(store.putIfAbsent("a/文.txt", ObjectAttributes.NONE, ObjectBody.of(new byte[0])))
                .isEmpty();
        assertThat(store.putIfAbsent("a.txt", ObjectAttributes.NONE, ObjectBody.of(new byte[0])))
                .isPresent();
        try (Stream<ObjectInfo> all = store.list("")) {
            assertThat(all.map(ObjectInfo::key)).containsExactly("a.txt", "a/文.txt");
        }
        store.delete("a/文.txt");
        assertThat(folder.resolve("a")).doesNotExist();
        assertThat(Files.list(folder.resolve(".store/tmp"))).isEmpty();
    }
}
