package dev.reliability.core.storage;

import static dev.reliability.core.storage.StoreUnderTest.keys;
import static dev.reliability.core.storage.StoreUnderTest.read;
import static dev.reliability.core.storage.StoreUnderTest.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** 5 keys. */
interface KeyPromises extends StoreUnderTest {
    List<String> REFUSED = List.of(
            "",
            "/",
            "/etc/passwd",
            "..",
            ".",
            "../x",
            "a/../b",
            "a/./b",
            "a/..",
            "a//b",
            "a/",
            "a\\b",
            "..\\x",
            "a\u0000b",
            "a\nb",
            "a\u007fb",
            "a\u0085b",
            "\ud800",
            "a\udc00b",
            "e\u0301", // é in two characters: not composed
            ".store",
            ".store/tmp/x",
            "x".repeat(256),
            "文".repeat(86),
            "a/".repeat(448) + "a");

    List<String> ODD = List.of(
            " ",
            " lead and trail ",
            "%2e%2e/%2f",
            "%",
            "a+b&c=d?e#f;g",
            "\"quotes\" 'and' `such`",
            "<xml>&amp;",
            "...",
            "..a",
            "a..",
            ".hidden",
            ".stores",
            "a/.store/b",
            "-rf",
            "~",
            "$HOME*?[x]",
            "C:x",
            "con",
            "\u00e9t\u00e9", // été, composed
            "文件/测试 文档.txt",
            "\ud83d\ude00/\ud83d\udc68\u200d\ud83d\udc69", // emoji, one of them joined
            "\u202etxt.exe", // right-to-left override
            "\ufeffbom",
            "\ufffd",
            "\uffff",
            "\u3000");

    List<String> LONG = List.of("x".repeat(255), "文".repeat(85), ("y".repeat(127) + "/").repeat(6) + "z".repeat(128));

    @Test
    @DisplayName("5.1 what is not a key is refused by every method, before anything is touched")
    default void badKeysAreRefused() throws Exception {
        ObjectStore store = anotherStore();
        ObjectBody untouched = out -> {
            throw new AssertionError("the body must not be called");
        };
        for (String key : REFUSED) {
            assertThatIllegalArgumentException().isThrownBy(() -> store.put(key, ObjectAttributes.NONE, untouched));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.putIfAbsent(key, ObjectAttributes.NONE, untouched));
            assertThatIllegalArgumentException().isThrownBy(() -> store.get(key));
            assertThatIllegalArgumentException().isThrownBy(() -> store.get(key, 0, 1));
            assertThatIllegalArgumentException().isThrownBy(() -> store.head(key));
            assertThatIllegalArgumentException().isThrownBy(() -> store.delete(key));
            assertThatIllegalArgumentException().isThrownBy(() -> store.location(key));
        }
        assertThat(keys(store, "")).isEmpty();
    }

    @Test
    @DisplayName("5.2 every other key works, however odd, and comes back unchanged")
    default void oddKeysWork() throws Exception {
        assertKeysWork(ODD);
    }

    @Test
    @DisplayName("5.5 names of 100 bytes work, and keys of 250")
    default void keysOfUsualLengthWork() throws Exception {
        assertKeysWork(List.of("x".repeat(100), ("y".repeat(82) + "/").repeat(2) + "z".repeat(84)));
    }

    @Test
    @Tag(ObjectStoreContract.UNUSUAL_KEYS)
    @DisplayName("5.4 and however long")
    default void longKeysWork() throws Exception {
        assertKeysWork(LONG);
    }

    default void assertKeysWork(List<String> keys) throws Exception {
        ObjectStore store = anotherStore();
        for (String key : keys) {
            Content content = new Content(key.hashCode(), 20);
            write(store, key, content);
            assertThat(read(store, key)).as(key).isEqualTo(content.bytes());
            assertThat(store.head(key).orElseThrow().key()).isEqualTo(key);
            assertThat(keys(store, key)).as("listed by its own key").contains(key);
            assertThat(store.putIfAbsent(key, ObjectAttributes.NONE, content.body()))
                    .isEmpty();
        }
        for (String key : keys) {
            store.delete(key);
            assertThat(store.head(key)).isEmpty();
        }
        assertThat(keys(store, "")).isEmpty();
    }

    @Test
    @DisplayName("5.3 a location names the key and asks nothing of the store")
    default void locationNamesTheKey() throws Exception {
        assertThat(anotherStore().location("no such/文件")).endsWith("/no such/文件");
    }
}
