package dev.reliability.sample.storagecheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.s3.MinioObjectStore;
import dev.reliability.s3.S3Server;
import dev.reliability.sample.configuration.RepositorySettings;
import dev.reliability.sample.configuration.S3Settings;
import dev.reliability.sample.configuration.Secret;
import dev.reliability.sample.configuration.StorageSettings;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The promises, asked of stores that keep them and of stores that do not. */
class StorageCheckTest {
    private static final int PROMISES = 36;

    @TempDir
    private Path folder;

    private final List<Promise> told = new ArrayList<>();

    @Test
    void a_folder_keeps_all_of_them_in_the_order_of_their_numbers_and_is_left_as_it_was() throws IOException {
        ObjectStore store = LocalObjectStore.open(folder);
        store.put("documents/one", ObjectAttributes.NONE, ObjectBody.of(new byte[] {1}));
        List<String> before = files();

        assertThat(new StorageCheck(Places.in(new StorageSettings.Local(folder))).run(told::add))
                .isTrue();

        assertThat(told).hasSizeGreaterThanOrEqualTo(PROMISES);
        assertThat(told).extracting(Promise::number).isSortedAccordingTo(Promise.BY_NUMBER);
        assertThat(notKept()).isEmpty();
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void a_bucket_is_asked_below_its_prefix_and_left_as_it_was_though_its_server_lists_in_another_order()
            throws IOException {
        try (S3Server server = S3Server.inFolder(folder);
                MinioObjectStore all =
                        new MinioObjectStore(server.config("bucket").build())) {
            all.put("backups/daily/one", ObjectAttributes.NONE, ObjectBody.of(new byte[] {1}));
            all.put("other", ObjectAttributes.NONE, ObjectBody.of(new byte[] {2}));
            RepositorySettings repository = new RepositorySettings.Bucket(new S3Settings(
                    server.endpoint(),
                    new Secret(S3Server.ACCESS_KEY),
                    new Secret(S3Server.SECRET_KEY),
                    "bucket",
                    "backups/daily",
                    ""));

            assertThat(new StorageCheck(Places.in(repository)).run(told::add)).isTrue();

            // What S3Proxy's folder is known for, see MinioObjectStoreContractTest.
            assertThat(notKept()).as("%s", told).contains("8.6").isSubsetOf("5.4", "6.6", "8.6");
            assertThat(told).filteredOn(promise -> !promise.needed()).hasSize(3);
            assertThat(told).hasSizeGreaterThanOrEqualTo(PROMISES);
            try (Stream<ObjectInfo> left = all.list("")) {
                assertThat(left.map(ObjectInfo::key)).containsExactly("backups/daily/one", "other");
            }
        }
    }

    @Test
    void a_store_that_creates_what_is_there_already_is_named_and_cleaned_up() throws IOException {
        Place place = new Lying(Places.in(new StorageSettings.Local(folder)), store -> (method, arguments) -> {
            if (method.equals("putIfAbsent")) {
                return Optional.of(
                        store.put((String) arguments[0], (ObjectAttributes) arguments[1], (ObjectBody) arguments[2]));
            }
            return null;
        });

        assertThat(new StorageCheck(place).run(told::add)).isFalse();

        assertThat(notKept())
                .contains("4.1", "4.2", "4.3", "4.4", "4.5", "10.1")
                .doesNotContain("1.1", "6.1", "8.1");
        assertThat(told)
                .filteredOn(promise -> promise.number().equals("4.1"))
                .singleElement()
                .satisfies(promise -> {
                    assertThat(promise.text()).startsWith("the first creates");
                    assertThat(promise.fault().orElseThrow())
                            .contains("empty Optional")
                            .doesNotContain("\n");
                });
        assertThat(files()).isEmpty();
    }

    @Test
    void a_store_that_can_not_be_used_is_one_sentence() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        StorageCheck check = new StorageCheck(Places.in(new StorageSettings.Local(file)));

        assertThatThrownBy(() -> check.run(told::add)).isInstanceOf(IOException.class);

        assertThat(told).isEmpty();
        assertThat(file).hasContent("no folder");
    }

    @Test
    void who_cancels_it_finds_nothing_left() throws IOException {
        StorageCheck check = new StorageCheck(Places.in(new StorageSettings.Local(folder)));

        boolean kept = check.run(promise -> {
            told.add(promise);
            check.cancel();
        });

        assertThat(told).hasSize(1);
        assertThat(kept).isFalse();
        assertThat(files()).isEmpty();
    }

    private List<String> notKept() {
        return told.stream()
                .filter(promise -> promise.fault().isPresent())
                .map(Promise::number)
                .toList();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> !path.equals(folder))
                    .map(path -> folder.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    /** What a lie answers; null to tell the truth. */
    private interface Lie {
        Object answer(String method, Object[] arguments) throws IOException;
    }

    private record Lying(Place place, Function<ObjectStore, Lie> lies) implements Place {
        @Override
        public ObjectStore open(String corner) throws IOException {
            ObjectStore store = place.open(corner);
            Lie lie = lies.apply(store);
            return (ObjectStore) Proxy.newProxyInstance(
                    ObjectStore.class.getClassLoader(),
                    new Class<?>[] {ObjectStore.class},
                    (proxy, method, arguments) -> {
                        Object answer = lie.answer(method.getName(), arguments);
                        try {
                            return answer == null ? method.invoke(store, arguments) : answer;
                        } catch (InvocationTargetException thrown) {
                            throw thrown.getCause();
                        }
                    });
        }

        @Override
        public void clear(String corner) throws IOException {
            place.clear(corner);
        }

        @Override
        public void remove() throws IOException {
            place.remove();
        }
    }
}
