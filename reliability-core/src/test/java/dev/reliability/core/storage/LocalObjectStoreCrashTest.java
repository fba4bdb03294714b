package dev.reliability.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What writers that die at any moment leave behind. Lost power is another matter: the page cache survives a kill. */
class LocalObjectStoreCrashTest {
    private static final int ROUNDS = 5;
    private static final int WRITERS = 4;

    @TempDir
    Path folder;

    /** Writes until it is killed; each key says what its object must contain. */
    static final class EndlessWriter {
        public static void main(String[] arguments) throws Exception {
            ObjectStore store = LocalObjectStore.open(Path.of(arguments[0]));
            Random random = new Random(Long.parseLong(arguments[1]));
            // So that there is something to see, however early it is killed.
            store.put("0/0-100", ObjectAttributes.NONE, new Content(0, 100).body());
            System.out.println("writing");
            while (true) {
                Content content = new Content(random.nextInt(40), random.nextInt(300_000));
                String key = content.seed() % 7 + "/" + content.seed() + "-" + content.size();
                if (random.nextBoolean()) {
                    store.put(key, ObjectAttributes.NONE, content.body());
                } else {
                    store.putIfAbsent(key, ObjectAttributes.NONE, content.body());
                }
                if (random.nextInt(4) == 0) {
                    store.delete(key);
                }
            }
        }
    }

    /** Stands still in the middle of an object. */
    static final class HangingWriter {
        public static void main(String[] arguments) throws Exception {
            LocalObjectStore.open(Path.of(arguments[0])).put("hanging", ObjectAttributes.NONE, out -> {
                out.write(new byte[100_000]);
                System.out.println("writing");
                while (true) {
                    LockSupport.park();
                }
            });
        }
    }

    /** Removes what is abandoned, once. */
    static final class Remover {
        public static void main(String[] arguments) throws Exception {
            LocalObjectStore.open(Path.of(arguments[0])).removeAbandoned();
        }
    }

    /** Says what a JVM without a UTF-8 locale makes of a folder with a Chinese name in it. */
    static final class AsciiReader {
        public static void main(String[] arguments) throws Exception {
            ObjectStore store = LocalObjectStore.open(Path.of(arguments[0]));
            store.put("ascii", ObjectAttributes.NONE, ObjectBody.of(new byte[0]));
            System.out.println("head: " + failureOf(() -> store.head("\u6587")));
            System.out.println("list: " + failureOf(() -> StoreUnderTest.keys(store, "")));
        }

        private static String failureOf(Callable<?> call) {
            try {
                return "no failure, but " + call.call();
            } catch (Exception e) {
                return e.getMessage();
            }
        }
    }

    @Test
    void after_any_kill_there_are_whole_objects_only_and_the_rest_can_be_removed() throws Exception {
        long seed = 20260103;
        Random random = new Random(seed);
        ObjectStore store = LocalObjectStore.open(folder);
        for (int round = 0; round < ROUNDS; round++) {
            List<ForkedJvm> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                writers.add(ForkedJvm.start(
                        EndlessWriter.class, "C.UTF-8", folder.toString(), String.valueOf(random.nextLong())));
            }
            for (ForkedJvm writer : writers) {
                assertThat(writer.readLine()).isEqualTo("writing");
            }
            for (ForkedJvm writer : writers) {
                assertThat(writer.endsWithin(random.nextInt(60_000))).isFalse();
                writer.kill();
            }
            assertAllWhole(store, "seed " + seed + ", round " + round);
        }

        makeOld();
        store.removeAbandoned();

        assertThat(folder.resolve(".store/tmp")).isEmptyDirectory();
    }

    private static void assertAllWhole(ObjectStore store, String when) throws Exception {
        int objects = 0;
        try (Stream<ObjectInfo> all = store.list("")) {
            for (ObjectInfo object : (Iterable<ObjectInfo>) all::iterator) {
                String[] expected = object.key().replaceAll(".*/", "").split("-");
                Content content = new Content(Long.parseLong(expected[0]), Long.parseLong(expected[1]));
                try (InputStream in = store.get(object.key())) {
                    assertThat(content.isIn(in)).as("%s: %s", when, object).isTrue();
                }
                objects++;
            }
        }
        assertThat(objects).as(when).isPositive();
    }

    @Test
    void the_file_of_a_writer_in_another_process_is_abandoned_when_that_is_dead_and_not_before() throws Exception {
        ObjectStore store = LocalObjectStore.open(folder);
        try (ForkedJvm writer = ForkedJvm.start(HangingWriter.class, "C.UTF-8", folder.toString())) {
            assertThat(writer.readLine()).isEqualTo("writing");
            makeOld();
            store.removeAbandoned();
            assertThat(folder.resolve(".store/tmp")).isNotEmptyDirectory();

            writer.kill();
            store.removeAbandoned();
            assertThat(folder.resolve(".store/tmp")).isEmptyDirectory();
        }
    }

    @Test
    void the_file_of_a_writer_in_this_process_is_not_abandoned_however_slow_it_is() throws Exception {
        ObjectStore store = LocalObjectStore.open(folder);
        Content content = new Content(1, 200_000);
        store.put("key", ObjectAttributes.NONE, out -> {
            content.body().writeTo(out);
            makeOldUnchecked();
            store.removeAbandoned();
            LocalObjectStore.open(folder).removeAbandoned();
            // A look at the file from within this process would have dropped the lock that others respect.
            try (ForkedJvm other = ForkedJvm.start(Remover.class, "C.UTF-8", folder.toString())) {
                assertThat(other.readLine()).isNull();
            }
            assertThat(folder.resolve(".store/tmp")).isNotEmptyDirectory();
        });
        assertThat(StoreUnderTest.read(store, "key")).isEqualTo(content.bytes());
    }

    @Test
    void a_young_file_may_belong_to_a_writer_that_has_not_locked_it_yet() throws Exception {
        ObjectStore store = LocalObjectStore.open(folder);
        Path young = Files.createFile(folder.resolve(".store/tmp/young.tmp"));
        store.removeAbandoned();
        assertThat(young).exists();
        makeOld();
        store.removeAbandoned();
        assertThat(young).doesNotExist();
    }

    @Test
    void without_a_utf8_locale_names_beyond_ascii_are_refused_and_not_overlooked() throws Exception {
        ObjectStore store = LocalObjectStore.open(folder);
        StoreUnderTest.write(store, "\u6587", Content.EMPTY);
        try (ForkedJvm reader = ForkedJvm.start(AsciiReader.class, "POSIX", folder.toString())) {
            assertThat(reader.readLine()).startsWith("head: ").contains("LC_ALL=C.UTF-8");
            assertThat(reader.readLine()).startsWith("list: ").contains("LC_ALL=C.UTF-8");
        }
        assertThat(StoreUnderTest.keys(store, "")).containsExactly("ascii", "\u6587");
    }

    /** By another process: this one would open the files for that, and drop their locks when it closes them. */
    private void makeOld() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve(".store/tmp"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Process touch = new ProcessBuilder("touch", "-d", "10 seconds ago", file.toString()).start();
                assertThat(touch.waitFor()).isZero();
            }
        }
    }

    private void makeOldUnchecked() {
        try {
            makeOld();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
