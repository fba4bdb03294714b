package dev.reliability.backup.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The order of system calls in which a folder survives lost power: all bytes of a file, its fsync, its name, the fsync
 * of each folder above it up to the repository's; and the manifest only after all that for everything it names.
 */
final class PublishingOrder {
    private final Path folder;
    private final Path temporary;
    private final Map<Path, Set<Path>> namedBy;

    /** @param namedBy the files that each manifest names */
    PublishingOrder(Path folder, Map<Path, Set<Path>> namedBy) {
        this.folder = folder;
        this.temporary = folder.resolve(".store/tmp");
        this.namedBy = namedBy;
    }

    /** Whether a call has a part in publishing a file. */
    boolean concerns(SystemCall call) {
        Path path = Path.of(call.path());
        return path.startsWith(temporary) || (call.syncs() && path.startsWith(folder));
    }

    /** What is out of order in these calls, one sentence each. */
    List<String> violations(List<SystemCall> calls) throws IOException {
        List<String> found = new ArrayList<>();
        Map<Path, SystemCall> last = new HashMap<>();
        Set<String> published = new HashSet<>();
        calls.stream().filter(this::publishes).forEach(naming -> {
            last.put(Path.of(naming.newPath()), naming);
            published.add(naming.path());
        });
        Map<Path, Integer> lasting = new HashMap<>();
        for (SystemCall naming : last.values()) {
            requireBytes(calls, naming, Files.size(Path.of(naming.newPath())), found);
        }
        for (SystemCall naming : calls.stream().filter(this::publishes).toList()) {
            if (naming != last.get(Path.of(naming.newPath()))) {
                requireBytes(calls, naming, null, found);
            }
            requireFileSynced(calls, naming, found);
            lasting.put(Path.of(naming.newPath()), lastingSince(calls, naming, found));
        }
        calls.stream()
                .filter(call -> Path.of(call.path()).startsWith(temporary) && !published.contains(call.path()))
                .forEach(call -> found.add("never named after " + call));
        requireAllNamed(last.keySet(), found);
        requireManifestsLast(last, lasting, found);
        return found;
    }

    private boolean publishes(SystemCall call) {
        return call.names() && Path.of(call.path()).startsWith(temporary);
    }

    /** @param size of the file; null if it was replaced since, then at least one byte */
    private static void requireBytes(
            List<SystemCall> calls, SystemCall naming, @Nullable Long size, List<String> found) {
        long written = calls.stream()
                .filter(call -> call.writes() && call.path().equals(naming.path()) && call.ended() < naming.begun())
                .mapToLong(SystemCall::result)
                .sum();
        boolean isClock = naming.newPath().endsWith("/clock");
        if (size == null ? written == 0 && !isClock : written != size) {
            found.add(written + " bytes written before " + naming + (size == null ? "" : ", which has " + size));
        }
    }

    private static void requireFileSynced(List<SystemCall> calls, SystemCall naming, List<String> found) {
        int lastWrite = calls.stream()
                .filter(call -> call.writes() && call.path().equals(naming.path()))
                .mapToInt(SystemCall::ended)
                .max()
                .orElse(-1);
        boolean synced = calls.stream()
                .anyMatch(call -> call.syncs()
                        && call.path().equals(naming.path())
                        && call.begun() > lastWrite
                        && call.ended() < naming.begun());
        if (!synced) {
            found.add("not synced between its last write and its name: " + naming);
        }
    }

    /** When its name could not be lost any more; the thread must see to that before it publishes anything else. */
    private int lastingSince(List<SystemCall> calls, SystemCall naming, List<String> found) {
        int next = calls.stream()
                .filter(call ->
                        publishes(call) && call.thread().equals(naming.thread()) && call.begun() > naming.ended())
                .mapToInt(SystemCall::begun)
                .min()
                .orElse(Integer.MAX_VALUE);
        int since = naming.ended();
        for (Path above = Path.of(naming.newPath()).getParent(); above.startsWith(folder); above = above.getParent()) {
            String place = above.toString();
            int synced = calls.stream()
                    .filter(call -> call.syncs()
                            && call.thread().equals(naming.thread())
                            && call.path().equals(place)
                            && call.begun() > naming.ended()
                            && call.ended() < next)
                    .mapToInt(SystemCall::ended)
                    .min()
                    .orElse(Integer.MAX_VALUE);
            if (synced == Integer.MAX_VALUE) {
                found.add(place + " is not synced after " + naming);
            }
            since = Math.max(since, synced);
        }
        return since;
    }

    private void requireAllNamed(Set<Path> named, List<String> found) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(Files::isRegularFile)
                    .filter(file -> !named.contains(file))
                    .forEach(file -> found.add("there without having been named: " + file));
        }
    }

    private void requireManifestsLast(Map<Path, SystemCall> last, Map<Path, Integer> lasting, List<String> found) {
        namedBy.forEach((manifest, named) -> {
            SystemCall commit = last.get(manifest);
            for (Path file : named) {
                if (commit != null && lasting.getOrDefault(file, Integer.MAX_VALUE) >= commit.begun()) {
                    found.add(file + " may still be lost when " + commit + " names it");
                }
            }
        });
    }
}
