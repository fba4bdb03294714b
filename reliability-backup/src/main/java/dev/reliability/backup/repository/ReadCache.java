package dev.reliability.backup.repository;

import dev.reliability.core.storage.ObjectInfo;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was read from objects that are not written again, as long as a listing shows them unchanged. Drops what was not
 * used for longest. Safe for use by any thread.
 */
final class ReadCache<T> {
    private final int limit;
    private final Map<String, Entry<T>> entries = new LinkedHashMap<>(16, 0.75f, true);

    ReadCache(int limit) {
        this.limit = limit;
    }

    private record Entry<T>(long size, Instant lastModified, T value) {}

    synchronized Optional<T> get(ObjectInfo file) {
        return Optional.ofNullable(entries.get(file.key()))
                .filter(entry ->
                        entry.size() == file.size() && entry.lastModified().equals(file.lastModified()))
                .map(Entry::value);
    }

    synchronized void put(ObjectInfo file, T value) {
        entries.put(file.key(), new Entry<>(file.size(), file.lastModified(), value));
        if (entries.size() > limit) {
            Iterator<String> oldest = entries.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }
}
