package dev.reliability.sample.drill;

import dev.reliability.core.storage.ForwardingObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store that stops its own process right before a chosen step, when it was told to: the worst moment to stand still.
 * To see lists of trash come due within a drill, it says of them that they are older than they are.
 */
final class StoppingStore extends ForwardingObjectStore {
    private static final String TRASH = ".repository/trash/";

    private final Duration day;
    private final AtomicReference<@Nullable Step> armed = new AtomicReference<>();

    /** Where a writer can be stopped. */
    enum Step {
        MANIFEST,
        TRASH_LIST,
        DELETE
    }

    /** @param day how long a list of trash takes to be a day old */
    StoppingStore(ObjectStore real, Duration day) {
        super(real);
        this.day = day;
    }

    /** Stops this process right before the next step of this kind; before none if it is null. */
    void arm(@Nullable Step step) {
        armed.set(step);
    }

    @Override
    public Optional<ObjectInfo> putIfAbsent(String key, ObjectAttributes attributes, ObjectBody body)
            throws IOException {
        if (key.endsWith("/manifest.json")) {
            stopBefore(Step.MANIFEST);
        } else if (key.startsWith(TRASH)) {
            stopBefore(Step.TRASH_LIST);
        }
        return super.putIfAbsent(key, attributes, body);
    }

    @Override
    public void delete(String key) throws IOException {
        if (key.startsWith("blobs/")) {
            stopBefore(Step.DELETE);
        }
        super.delete(key);
    }

    @Override
    public Optional<ObjectInfo> head(String key) throws IOException {
        return super.head(key).map(this::aged);
    }

    @Override
    public Stream<ObjectInfo> list(String prefix) throws IOException {
        return super.list(prefix).map(this::aged);
    }

    private ObjectInfo aged(ObjectInfo info) {
        if (!info.key().startsWith(TRASH)) {
            return info;
        }
        Duration age = Duration.between(info.lastModified(), Instant.now());
        long factor = Duration.ofDays(1).dividedBy(day);
        return new ObjectInfo(
                info.key(), info.size(), info.lastModified().minus(age.multipliedBy(factor)), info.attributes());
    }

    private void stopBefore(Step step) throws IOException {
        if (!armed.compareAndSet(step, null)) {
            return;
        }
        Replica.say("STOPPING " + step);
        try {
            new ProcessBuilder(
                            "kill",
                            "-STOP",
                            Long.toString(ProcessHandle.current().pid()))
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
