package dev.reliability.sample.bench;

import dev.reliability.core.storage.ForwardingObjectStore;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A store whose objects take a while until their first byte comes, as in a data centre elsewhere. */
final class DistantStore extends ForwardingObjectStore {
    private final Duration away;

    DistantStore(ObjectStore real, Duration away) {
        super(real);
        this.away = away;
    }

    @Override
    public InputStream get(String key) throws IOException {
        LockSupport.parkNanos(away.toNanos());
        return super.get(key);
    }
}
