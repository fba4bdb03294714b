package dev.reliability.core.storage;

import static dev.reliability.core.storage.StoreUnderTest.keys;
import static dev.reliability.core.storage.StoreUnderTest.read;
import static dev.reliability.core.storage.StoreUnderTest.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 10 all of it in any order: a store behaves as a sorted map does. */
interface ModelPromise extends StoreUnderTest {

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    @DisplayName("10.1 any sequence of calls leaves what it would leave in a sorted map")
    default void behavesAsASortedMap(long seed) throws Exception {
        Random random = new Random(seed);
        ObjectStore[] stores = {anotherStore(), anotherStore()};
        Map<String, Content> model = new TreeMap<>(ListingPromises.BY_BYTES);

        for (int step = 0; step < 150; step++) {
            ObjectStore store = stores[random.nextInt(stores.length)];
            String key = KEYS[random.nextInt(KEYS.length)];
            Content content = new Content(random.nextLong(), random.nextInt(3_000));
            String what = "seed " + seed + ", step " + step + ", key " + key;
            switch (random.nextInt(6)) {
                case 0 -> {
                    write(store, key, content);
                    model.put(key, content);
                }
                case 1 -> {
                    boolean created = store.putIfAbsent(key, ObjectAttributes.NONE, content.body())
                            .isPresent();
                    assertThat(created).as(what).isEqualTo(model.putIfAbsent(key, content) == null);
                }
                case 2 -> {
                    store.delete(key);
                    model.remove(key);
                }
                case 3 ->
                    assertThat(store.head(key).map(ObjectInfo::size))
                            .as(what)
                            .isEqualTo(Optional.ofNullable(model.get(key)).map(Content::size));
                case 4 -> {
                    String prefix = key.substring(0, random.nextInt(key.length() + 1));
                    assertThat(keys(store, prefix))
                            .as(what)
                            .containsExactlyElementsOf(model.keySet().stream()
                                    .filter(k -> k.startsWith(prefix))
                                    .toList());
                }
                default -> {
                    if (model.containsKey(key)) {
                        assertThat(read(store, key))
                                .as(what)
                                .isEqualTo(model.get(key).bytes());
                    }
                }
            }
        }
        assertThat(keys(anotherStore(), "")).as("seed " + seed).containsExactlyElementsOf(model.keySet());
    }

    /** None is a folder of another: not every store can hold both. */
    String[] KEYS = {"a", "b/1", "b/2", "b/2.x", "b.", "b/c/d/e", "b/c/d/f", "b/c/g", "文/件", "文-件", "z"};
}
