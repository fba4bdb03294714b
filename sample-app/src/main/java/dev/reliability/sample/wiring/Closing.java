package dev.reliability.sample.wiring;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is to be closed, the last made first; one that fails keeps none of the others open. For one thread. */
final class Closing {
    private static final Logger log = LoggerFactory.getLogger(Closing.class);

    private final Deque<Entry> entries = new ArrayDeque<>();

    private record Entry(String name, AutoCloseable resource) {}

    /** Will be closed; returned as it came. */
    <T extends AutoCloseable> T later(String name, T resource) {
        add(name, resource);
        return resource;
    }

    /** Will be done at the end. */
    void add(String name, AutoCloseable close) {
        entries.push(new Entry(name, close));
    }

    void closeAll() {
        while (!entries.isEmpty()) {
            Entry entry = entries.pop();
            try {
                entry.resource().close();
            } catch (Exception e) {
                log.warn("{} did not close as it should", entry.name(), e);
            }
        }
    }
}
