package dev.reliability.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What real file systems refuse; only where a test may mount one, as root outside of a container. */
class LocalObjectStoreMountTest {
    @TempDir
    Path folder;

    private Path mounted = Path.of("");

    @Test
    void a_full_disk_is_told_apart_and_nothing_has_changed() throws Exception {
        mount(folder);
        ObjectStore store = LocalObjectStore.open(folder);
        Content small = new Content(1, 300_000);
        StoreUnderTest.write(store, "key", small);

        for (String key : new String[] {"key", "new"}) {
            assertThatExceptionOfType(NoSpaceException.class)
                    .isThrownBy(() -> StoreUnderTest.write(store, key, new Content(2, 900_000)))
                    .withMessageContaining("cannot write " + folder.resolve(key) + ": No space left on device");
        }

        assertThatExceptionOfType(NoSpaceException.class)
                .as("also if the body swallows it")
                .isThrownBy(() -> store.put("swallowed", ObjectAttributes.NONE, out -> {
                    try {
                        new Content(2, 900_000).body().writeTo(out);
                    } catch (IOException swallowed) {
                        return;
                    }
                }));

        assertThatExceptionOfType(NoSpaceException.class)
                .as("also if the body writes through a stream that tries again when it is closed")
                .isThrownBy(() -> store.put("compressed", ObjectAttributes.NONE, out -> {
                    try (OutputStream gzip = new GZIPOutputStream(out)) {
                        new Content(2, 900_000).body().writeTo(gzip);
                    }
                }));

        assertThat(StoreUnderTest.keys(store, "")).containsExactly("key");
        assertThat(StoreUnderTest.read(store, "key")).isEqualTo(small.bytes());
        assertThat(folder.resolve(".store/tmp")).isEmptyDirectory();
        StoreUnderTest.write(store, "new", small);
    }

    @Test
    void where_hard_links_are_refused_create_if_absent_says_so() throws Exception {
        ObjectStore store = LocalObjectStore.open(folder);
        mount(folder.resolve(".store/tmp"));

        assertThatExceptionOfType(ObjectStoreException.class)
                .isThrownBy(() -> store.putIfAbsent("key", ObjectAttributes.NONE, Content.EMPTY.body()))
                .matches(e -> !e.retryable())
                .withMessageContaining("refused a hard link");
        assertThat(StoreUnderTest.keys(store, "")).isEmpty();
    }

    private void mount(Path place) throws Exception {
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place.toString()), "may not mount");
        mounted = place;
    }

    @AfterEach
    void unmount() throws Exception {
        if (Files.isDirectory(mounted) && !mounted.toString().isEmpty()) {
            run("umount", mounted.toString());
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }
}
