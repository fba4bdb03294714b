package dev.reliability.backup;

import dev.reliability.core.storage.ForwardingObjectStore;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.storage.ObjectStoreException;
import java.io.IOException;
import java.io.InputStream;

/** A store that lists its objects and can not read them. */
final class FailingStore extends ForwardingObjectStore {
    FailingStore(ObjectStore real) {
        super(real);
    }

    @Override
    public InputStream get(String key) throws IOException {
        throw new ObjectStoreException(location(key) + ": the disk reported an error", true, null);
    }
}
