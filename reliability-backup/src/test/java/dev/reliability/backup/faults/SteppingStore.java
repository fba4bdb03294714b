package dev.reliability.backup.faults;

import dev.reliability.backup.faults.BackupProcess.Death.Moment;
import dev.reliability.core.storage.ForwardingObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A store whose process stops right before and right after each change of it, says so, and goes on when it is told to:
 * to its next change, or without any more stops. Safe for use by any thread.
 */
final class SteppingStore extends ForwardingObjectStore {
    static final String STOPS = "stops ";
    static final String WRITING = "writing";
    static final String GO_ON = "go on";
    static final String RUN = "run";

    private static final String DELETING = "deleting";

    private final BufferedReader orders =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    private final ReentrantLock stopping = new ReentrantLock();
    private boolean running;

    SteppingStore(ObjectStore real) {
        super(real);
    }

    @Override
    public ObjectInfo put(String key, ObjectAttributes attributes, ObjectBody body) throws IOException {
        stop(Moment.BEFORE, WRITING, key);
        ObjectInfo stored = super.put(key, attributes, body);
        stop(Moment.AFTER, WRITING, key);
        return stored;
    }

    @Override
    public Optional<ObjectInfo> putIfAbsent(String key, ObjectAttributes attributes, ObjectBody body)
            throws IOException {
        stop(Moment.BEFORE, WRITING, key);
        Optional<ObjectInfo> stored = super.putIfAbsent(key, attributes, body);
        stop(Moment.AFTER, WRITING, key);
        return stored;
    }

    @Override
    public void delete(String key) throws IOException {
        stop(Moment.BEFORE, DELETING, key);
        super.delete(key);
        stop(Moment.AFTER, DELETING, key);
    }

    private void stop(Moment moment, String doing, String key) throws IOException {
        stopping.lock();
        try {
            if (!running) {
                System.out.println(STOPS + moment + " " + doing + " " + key);
                running = RUN.equals(orders.readLine());
            }
        } finally {
            stopping.unlock();
        }
    }
}
