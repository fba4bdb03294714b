package dev.reliability.core.storage;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/**
 * What every {@link ObjectStore} promises, numbered and tested. Extend it for your own store, say in {@link #open} how
 * to reach an empty one, and run it as any JUnit test:
 *
 * <pre>{@code
 * class MyStoreTest extends ObjectStoreContract {
 *     private final String folder = "test-" + UUID.randomUUID();
 *
 *     @Override
 *     protected ObjectStore open() {
 *         return new MyStore("https://my.server", folder);
 *     }
 * }
 * }</pre>
 *
 * <p>The numbers: 1 atomic, 2 durable and visible, 3 the body is called exactly once, 4 create if absent, 5 keys, 6
 * reading, 7 what is known of an object, 8 listing, 9 deleting and cleaning up, 10 all of it in any order. That an object survives the loss of power
 * cannot be shown from inside; the stores' own tests look at what they sync.
 *
 * <p>The sample backend's {@code storage check} runs these against an operator's store, and shows the display names: each
 * begins with its number.
 */
public abstract class ObjectStoreContract
        implements WritingPromises,
                CreateIfAbsentPromises,
                KeyPromises,
                ReadingPromises,
                ListingPromises,
                ModelPromise {
    /**
     * The JUnit tag of promises about keys that many users never have: with parts of more than 100 bytes or more than 250
     * in all, below other objects, or listed in an order in which characters beyond Unicode's first 65,536 matter. Servers
     * that keep objects as files break them. A store that does can hold backups, whose keys are none of these; whether it
     * can hold what is backed up depends on its keys.
     */
    public static final String UNUSUAL_KEYS = "unusual-keys";

    private final List<ObjectStore> opened = new ArrayList<>();

    /**
     * Opens the store. Called several times in one test, also by several threads: each call is one more way to the same
     * place, as another process would have; the place is empty when a test begins. A store that is {@link AutoCloseable}
     * is closed after the test.
     */
    protected abstract ObjectStore open() throws Exception;

    @Override
    public final ObjectStore anotherStore() throws Exception {
        ObjectStore store = open();
        synchronized (opened) {
            opened.add(store);
        }
        return store;
    }

    @AfterEach
    void closeStores() throws Exception {
        for (ObjectStore store : opened) {
            if (store instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }
    }
}
