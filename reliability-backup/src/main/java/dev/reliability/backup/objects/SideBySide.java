package dev.reliability.backup.objects;

import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectKeys;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Walks the objects of a backup and those of the application's store, both in the order of their keys, to the end of both.
 * Memory does not grow with their number. What is found may be replaced or deleted while it is told of.
 */
abstract class SideBySide {
    /** Asked at each key; false ends the walk. */
    boolean goesOn() {
        return true;
    }

    /** The backup has it, and the store has not. */
    void missing(ObjectEntry entry) throws IOException {
        // For whoever wants to know.
    }

    /** Both have it. */
    abstract void both(ObjectEntry entry, ObjectInfo current) throws IOException;

    /** The store has it, and the backup has not. A probe of a health check is nobody's object. */
    abstract void surplus(ObjectInfo current) throws IOException;

    /** Whether it came to the end. */
    final boolean walk(IndexedObjects backup, ObjectStore store) throws IOException {
        try (ObjectIndex.Reader wanted = backup.open();
                Stream<ObjectInfo> listing = store.list("")) {
            return walk(wanted, listing.iterator());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private boolean walk(ObjectIndex.Reader wanted, Iterator<ObjectInfo> listing) throws IOException {
        ObjectEntry entry = wanted.next();
        ObjectInfo current = next(listing);
        while (entry != null || current != null) {
            if (!goesOn()) {
                return false;
            }
            int order = order(entry, current);
            tell(order <= 0 ? entry : null, order >= 0 ? current : null);
            entry = order <= 0 ? wanted.next() : entry;
            current = order >= 0 ? next(listing) : current;
        }
        return true;
    }

    private void tell(@Nullable ObjectEntry entry, @Nullable ObjectInfo current) throws IOException {
        if (entry != null && current != null) {
            both(entry, current);
        } else if (entry != null) {
            missing(entry);
        } else if (current != null && !current.key().startsWith(ObjectKeys.PROBES)) {
            surplus(current);
        }
    }

    private static @Nullable ObjectInfo next(Iterator<ObjectInfo> listing) {
        return listing.hasNext() ? listing.next() : null;
    }

    private static int order(@Nullable ObjectEntry entry, @Nullable ObjectInfo current) {
        if (entry == null || current == null) {
            return entry == null ? 1 : -1;
        }
        return ObjectIndex.order(entry.key(), current.key());
    }
}
