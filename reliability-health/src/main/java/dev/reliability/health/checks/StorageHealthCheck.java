package dev.reliability.health.checks;

import dev.reliability.core.health.Health;
import dev.reliability.core.health.HealthCheck;
import dev.reliability.core.health.Message;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectKeys;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.storage.ObjectStoreException;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Writes a small object, reads it back, compares and deletes it. Each run costs one put, one get and one delete.
 *
 * <p>The object lies under {@link ObjectKeys#PROBES}, where no data is, with a name that no other instance has. What a
 * killed process has left there is removed after the first run that works, if it is older than 10 minutes.
 *
 * <p>To be run by one thread at a time, as the monitor does.
 */
public final class StorageHealthCheck implements HealthCheck {
    private static final Message OK = Message.of("storage.ok", "storage works");
    private static final Message FAILED = Message.of("storage.failed", "storage is unavailable");
    private static final Duration LEFT_BEHIND = Duration.ofMinutes(10);
    private static final int PROBE_BYTES = 32;

    private final String name;
    private final ObjectStore store;
    private final TimeSource time;
    private final SecureRandom random = new SecureRandom();
    private final String key = ObjectKeys.PROBES + "probe-" + HexFormat.of().formatHex(randomBytes(8));
    private boolean tidied;

    /** The component {@code storage}. */
    public StorageHealthCheck(ObjectStore store) {
        this("storage", store, TimeSource.system());
    }

    /** A component of another name, for a second store. */
    public StorageHealthCheck(String name, ObjectStore store, TimeSource time) {
        this.name = Objects.requireNonNull(name, "name");
        this.store = Objects.requireNonNull(store, "store");
        this.time = Objects.requireNonNull(time, "time");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Message failureMessage() {
        return FAILED;
    }

    /** Healthy if the store gave back what it was given; else throws what the store threw. */
    @Override
    public Health check() throws IOException {
        byte[] written = randomBytes(PROBE_BYTES);
        store.put(key, ObjectAttributes.NONE, ObjectBody.of(written));
        try {
            compare(written);
        } catch (IOException | RuntimeException failure) {
            deleteAfter(failure);
            throw failure;
        }
        store.delete(key);
        if (!tidied) {
            tidied = true;
            removeLeftBehind();
        }
        return Health.healthy(OK);
    }

    private void compare(byte[] written) throws IOException {
        byte[] read;
        try (InputStream in = store.get(key)) {
            read = in.readNBytes(written.length + 1);
        }
        if (!Arrays.equals(written, read)) {
            throw new ObjectStoreException(
                    "the store gave back other bytes than it was given a moment ago at " + store.location(key)
                            + ": wrote " + written.length + " bytes, read "
                            + (read.length > written.length ? "more" : read.length + " bytes"),
                    false,
                    null);
        }
    }

    private void deleteAfter(Exception failure) {
        try {
            store.delete(key);
        } catch (IOException | RuntimeException second) {
            failure.addSuppressed(second);
        }
    }

    /** Tidying is no part of the check: where it is not allowed, the store still works. */
    private void removeLeftBehind() {
        Instant before = time.now().minus(LEFT_BEHIND);
        try (Stream<ObjectInfo> probes = store.list(ObjectKeys.PROBES)) {
            List<String> old = probes.filter(probe -> probe.lastModified().isBefore(before))
                    .map(ObjectInfo::key)
                    .toList();
            for (String leftBehind : old) {
                store.delete(leftBehind);
            }
        } catch (IOException | UncheckedIOException notAllowed) {
            // Nothing is lost: the next process tries again.
        }
    }

    private byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
