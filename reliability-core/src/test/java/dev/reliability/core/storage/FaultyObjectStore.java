package dev.reliability.core.storage;

import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A store that fails as scripted, to see what becomes of those who use it.
 *
 * <pre>{@code
 * FaultyObjectStore faulty = new FaultyObjectStore(store);
 * faulty.script(Call.PUT, 3, Fault.cutAfter(1000));                                  // the third put breaks off
 * faulty.script(Call.PUT_IF_ABSENT, key -> key.endsWith(".json"), 1, Fault.answerLost()); // done, but nobody is told
 * …
 * faulty.assertAllReached();                                                         // else the test tested nothing
 * }</pre>
 *
 * <p>Calls are counted from 1, for each line of the script by itself, and each line is used once. {@link #calls()} tells
 * what was called, so that a test can first count the calls of a whole operation and then break each in turn. Safe for
 * use by any thread.
 */
public final class FaultyObjectStore implements ObjectStore {

    /** A method that can fail. */
    public enum Call {
        PUT,
        PUT_IF_ABSENT,
        GET,
        HEAD,
        LIST,
        DELETE,
        REMOVE_ABANDONED
    }

    /**
     * A call that was made.
     *
     * @param call which
     * @param key the key or prefix; empty for {@link Call#REMOVE_ABANDONED}
     */
    public record Made(Call call, String key) {}

    private static final class Line {
        final Call call;
        final Predicate<String> keys;
        final int nth;
        final Fault fault;
        int seen;

        Line(Call call, Predicate<String> keys, int nth, Fault fault) {
            this.call = call;
            this.keys = keys;
            this.nth = nth;
            this.fault = fault;
        }
    }

    private final ObjectStore store;
    private final List<Line> script = new ArrayList<>();
    private final List<Made> calls = new CopyOnWriteArrayList<>();
    private volatile boolean dead;

    public FaultyObjectStore(ObjectStore store) {
        this.store = store;
    }

    /** The {@code nth} call of this method, from 1, fails so. */
    public FaultyObjectStore script(Call call, int nth, Fault fault) {
        return script(call, key -> true, nth, fault);
    }

    /** The {@code nth} call of this method with such a key or prefix, from 1, fails so. */
    public synchronized FaultyObjectStore script(Call call, Predicate<String> keys, int nth, Fault fault) {
        if (nth < 1) {
            throw new IllegalArgumentException("calls are counted from 1, not " + nth);
        }
        script.add(new Line(call, keys, nth, fault));
        return this;
    }

    /** All calls so far, in order, also those that failed. */
    public List<Made> calls() {
        return List.copyOf(calls);
    }

    /** Fails the test if a scripted fault was never reached. */
    public synchronized void assertAllReached() {
        List<String> unreached = new ArrayList<>();
        for (Line line : script) {
            if (line.seen < line.nth) {
                unreached.add(
                        line.fault + " at " + line.call + " number " + line.nth + ", of which there were " + line.seen);
            }
        }
        if (!unreached.isEmpty()) {
            throw new AssertionError("faults that were never reached: " + unreached);
        }
    }

    @Override
    public ObjectInfo put(String key, ObjectAttributes attributes, ObjectBody body) throws IOException {
        return next(Call.PUT, key)
                .write(
                        () -> store.location(key),
                        body,
                        this::die,
                        b -> store.put(key, attributes, b),
                        bytes -> claimed(key, bytes, attributes));
    }

    @Override
    public Optional<ObjectInfo> putIfAbsent(String key, ObjectAttributes attributes, ObjectBody body)
            throws IOException {
        return next(Call.PUT_IF_ABSENT, key)
                .write(
                        () -> store.location(key),
                        body,
                        this::die,
                        b -> store.putIfAbsent(key, attributes, b),
                        bytes -> Optional.of(claimed(key, bytes, attributes)));
    }

    @Override
    public InputStream get(String key) throws IOException {
        Fault fault = next(Call.GET, key);
        return fault.stream(fault.call(() -> store.location(key), this::die, () -> store.get(key)));
    }

    @Override
    public InputStream get(String key, long offset, long length) throws IOException {
        Fault fault = next(Call.GET, key);
        return fault.stream(fault.call(() -> store.location(key), this::die, () -> store.get(key, offset, length)));
    }

    @Override
    public Optional<ObjectInfo> head(String key) throws IOException {
        return next(Call.HEAD, key).call(() -> store.location(key), this::die, () -> store.head(key));
    }

    @Override
    public Stream<ObjectInfo> list(String prefix) throws IOException {
        Fault fault = next(Call.LIST, prefix);
        return fault.elements(fault.call(() -> "the list of '" + prefix + "'", this::die, () -> store.list(prefix)));
    }

    @Override
    public void delete(String key) throws IOException {
        Fault fault = next(Call.DELETE, key);
        fault.call(() -> store.location(key), this::die, () -> {
            if (!fault.lies()) {
                store.delete(key);
            }
            return true;
        });
    }

    @Override
    public void removeAbandoned() throws IOException {
        next(Call.REMOVE_ABANDONED, "").call(() -> "what is abandoned", this::die, () -> {
            store.removeAbandoned();
            return true;
        });
    }

    @Override
    public String location(String key) {
        return store.location(key);
    }

    @Override
    public boolean keepsAttributes() {
        return store.keepsAttributes();
    }

    private static ObjectInfo claimed(String key, long bytes, ObjectAttributes attributes) {
        return new ObjectInfo(key, bytes, TimeSource.system().now(), attributes);
    }

    private void die() {
        dead = true;
    }

    private synchronized Fault next(Call call, String key) throws ObjectStoreException {
        if (dead) {
            throw Fault.dead();
        }
        calls.add(new Made(call, key));
        Fault due = Fault.NONE;
        for (Line line : script) {
            if (line.call == call && line.keys.test(key) && ++line.seen == line.nth) {
                due = line.fault;
            }
        }
        return due;
    }
}
