package dev.reliability.core.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.Stream;

/** What the groups of promises share. */
interface StoreUnderTest {
    /** One more way to the place under test, as another process would have. */
    ObjectStore anotherStore() throws Exception;

    static void write(ObjectStore store, String key, Content content) throws IOException {
        store.put(key, ObjectAttributes.NONE, content.body());
    }

    static byte[] read(ObjectStore store, String key) throws IOException {
        try (InputStream in = store.get(key)) {
            return in.readAllBytes();
        }
    }

    static byte[] read(ObjectStore store, String key, long offset, long length) throws IOException {
        try (InputStream in = store.get(key, offset, length)) {
            return in.readAllBytes();
        }
    }

    static List<String> keys(ObjectStore store, String prefix) throws IOException {
        try (Stream<ObjectInfo> listed = store.list(prefix)) {
            return listed.map(ObjectInfo::key).toList();
        }
    }

    /** Throws anything, as a body may. */
    @SuppressWarnings("unchecked")
    static <T extends Throwable> void sneakyThrow(Throwable anything) throws T {
        throw (T) anything;
    }
}
