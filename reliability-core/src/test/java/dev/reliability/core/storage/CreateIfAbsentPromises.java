package dev.reliability.core.storage;

import static dev.reliability.core.storage.StoreUnderTest.keys;
import static dev.reliability.core.storage.StoreUnderTest.read;
import static dev.reliability.core.storage.StoreUnderTest.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** 4 create if absent. */
interface CreateIfAbsentPromises extends StoreUnderTest {

    @Test
    @DisplayName("4.1 the first creates, the second is told that the key is taken, and changes nothing")
    default void onlyTheFirstCreates() throws Exception {
        ObjectStore store = anotherStore();
        Content first = new Content(1, 500);
        Content large = new Content(2, 12 * 1024 * 1024);

        Optional<ObjectInfo> created = store.putIfAbsent("a/key", ObjectAttributes.NONE, first.body());

        assertThat(created).get().extracting(ObjectInfo::key, ObjectInfo::size).containsExactly("a/key", 500L);
        for (Content later : List.of(first, Content.EMPTY, new Content(3, 700), large)) {
            assertThat(anotherStore().putIfAbsent("a/key", ObjectAttributes.NONE, later.body()))
                    .isEmpty();
            assertThat(read(store, "a/key")).isEqualTo(first.bytes());
        }
    }

    @Test
    @DisplayName("4.2 an empty or an overwritten object takes its key as well; a deleted one frees it")
    default void anyObjectTakesItsKeyUntilItIsDeleted() throws Exception {
        ObjectStore store = anotherStore();
        write(store, "key", Content.EMPTY);
        assertThat(store.putIfAbsent("key", ObjectAttributes.NONE, Content.EMPTY.body()))
                .isEmpty();
        write(store, "key", new Content(1, 10));
        assertThat(store.putIfAbsent("key", ObjectAttributes.NONE, Content.EMPTY.body()))
                .isEmpty();

        store.delete("key");

        assertThat(store.putIfAbsent("key", ObjectAttributes.NONE, Content.EMPTY.body()))
                .isPresent();
    }

    @Test
    @DisplayName("4.3 of many who create one key at the same moment exactly one wins, and its bytes stay")
    default void ofManyExactlyOneWins() throws Exception {
        List<ObjectStore> stores = stores(8);
        for (int round = 0; round < 60; round++) {
            assertOneWins("round/" + round, stores, 1);
        }
    }

    @Test
    @DisplayName("4.4 the same with objects that are sent in parts")
    default void ofManyWithLargeObjectsExactlyOneWins() throws Exception {
        List<ObjectStore> stores = stores(3);
        for (int round = 0; round < 2; round++) {
            assertOneWins("large/" + round, stores, 12 * 1024 * 1024);
        }
    }

    private List<ObjectStore> stores(int number) throws Exception {
        List<ObjectStore> stores = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            stores.add(anotherStore());
        }
        return stores;
    }

    private void assertOneWins(String key, List<ObjectStore> stores, int size) throws Exception {
        List<Callable<Boolean>> tasks = new ArrayList<>();
        // All of them have found the key free, and have only to make their object appear.
        CyclicBarrier written = new CyclicBarrier(stores.size());
        for (int writer = 0; writer < stores.size(); writer++) {
            Content content = new Content(writer, size + writer);
            ObjectStore store = stores.get(writer);
            ObjectBody body = out -> {
                content.body().writeTo(out);
                Together.await(written);
            };
            tasks.add(() -> store.putIfAbsent(key, ObjectAttributes.NONE, body).isPresent());
        }

        List<Boolean> won = Together.run(tasks);

        assertThat(won).as("who created %s", key).containsOnlyOnce(true);
        int winner = won.indexOf(true);
        try (InputStream in = anotherStore().get(key)) {
            assertThat(new Content(winner, size + winner).isIn(in))
                    .as("the winner's bytes are there")
                    .isTrue();
        }
    }

    @Test
    @DisplayName("4.5 a key that was taken while the body was written is not overwritten")
    default void takenMeanwhileIsNotOverwritten() throws Exception {
        ObjectStore store = anotherStore();
        for (Content mine : List.of(new Content(2, 100), new Content(3, 12 * 1024 * 1024))) {
            String key = "meanwhile/" + mine.size();
            AtomicBoolean called = new AtomicBoolean();
            Optional<ObjectInfo> created = store.putIfAbsent(key, ObjectAttributes.NONE, out -> {
                mine.body().writeTo(out);
                write(store, key, new Content(9, 50));
                called.set(true);
            });
            assertThat(called).isTrue();
            assertThat(created).isEmpty();
            assertThat(read(store, key)).isEqualTo(new Content(9, 50).bytes());
        }
        assertThat(keys(store, "")).containsExactly("meanwhile/100", "meanwhile/" + 12 * 1024 * 1024);
    }
}
