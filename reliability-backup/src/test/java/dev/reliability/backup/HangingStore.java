package dev.reliability.backup;

import dev.reliability.core.storage.ForwardingObjectStore;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;

/** A store whose objects can be read only after a test has said so. */
final class HangingStore extends ForwardingObjectStore {
    private final CountDownLatch reader = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    private final String prefix;

    HangingStore(ObjectStore real) {
        this(real, "");
    }

    /** Only what lies under this prefix hangs. */
    HangingStore(ObjectStore real, String prefix) {
        super(real);
        this.prefix = prefix;
    }

    @Override
    public InputStream get(String key) throws IOException {
        if (!key.startsWith(prefix)) {
            return super.get(key);
        }
        reader.countDown();
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading " + key);
        }
        return super.get(key);
    }

    void awaitReader() throws InterruptedException {
        reader.await();
    }

    void release() {
        released.countDown();
    }
}
