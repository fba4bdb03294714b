package dev.reliability.backup.repository;

import dev.reliability.core.storage.ObjectInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

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

    /**
     * What is in these files, in their order; what is not known is read, many at a time.
     *
     * @param info of a file, as it was listed
     * @param reading empty where nothing lies any more
     */
    <F> List<Optional<T>> all(
            List<F> files, Function<F, ObjectInfo> info, ParallelReads.Reading<F, Optional<T>> reading)
            throws IOException {
        List<Optional<T>> all = new ArrayList<>();
        List<F> unknown = new ArrayList<>();
        for (F file : files) {
            Optional<T> known = get(info.apply(file));
            all.add(known);
            if (known.isEmpty()) {
                unknown.add(file);
            }
        }
        Iterator<Optional<T>> read = ParallelReads.of(unknown, reading).iterator();
        for (int i = 0; i < files.size(); i++) {
            if (all.get(i).isEmpty()) {
                ObjectInfo file = info.apply(files.get(i));
                Optional<T> now = read.next();
                now.ifPresent(value -> put(file, value));
                all.set(i, now);
            }
        }
        return all;
    }

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
