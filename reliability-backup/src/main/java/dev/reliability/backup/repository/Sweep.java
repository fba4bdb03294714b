package dev.reliability.backup.repository;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.repository.Manifests.Listed;
import dev.reliability.backup.repository.TrashLists.Trash;
import dev.reliability.backup.repository.TrashLists.TrashList;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.core.storage.ObjectInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Deletes blobs that no backup names, in two steps that are a day or more apart. What lies among them and does not have
 * the name of a blob is somebody else's and stays. Safe for use by any thread.
 *
 * <ol>
 *   <li>What nobody names is written into a list, and nothing is deleted. From now on no writer uses these names,
 *       neither the blob that is there nor a new one.
 *   <li>A later epoch, a day or more on, deletes what of the list is still unnamed.
 *   <li>A later epoch again, another day or more on, removes the list: its names may be used again.
 * </ol>
 *
 * <p>So a delete that comes late, from a sweep that stood still for less than a day, hits nothing that anybody names.
 */
public final class Sweep {
    private static final Duration DELAY = Duration.ofDays(1);

    private final Documents documents;
    private final Manifests manifests;
    private final TrashLists lists;

    Sweep(Documents documents, Manifests manifests) {
        this.documents = documents;
        this.manifests = manifests;
        this.lists = new TrashLists(documents);
    }

    /** What a sweep did, or why it did nothing. */
    public sealed interface Result {
        /**
         * It was done.
         *
         * @param listed blobs that nobody names, put into a list for a later sweep
         * @param deleted blobs of earlier lists that were deleted
         * @param deletedBytes their bytes
         */
        record Done(long listed, long deleted, long deletedBytes) implements Result {}

        /**
         * Nothing was done.
         *
         * @param reason one sentence: what could not be read, so that nobody knows what it names
         */
        record Refused(String reason) implements Result {}
    }

    /** Names blobs that are needed by something else than a backup. */
    @FunctionalInterface
    public interface Keepers {
        /** Hands over each key; what it throws ends the sweep before anything is deleted. */
        void forEach(Consumer<String> key) throws IOException;
    }

    /**
     * Sweeps. {@link Recovery#run} must have been called under this lease.
     *
     * @param keepers names what is kept besides the blobs of backups
     * @throws LeaseLostException if the lease is lost meanwhile
     */
    public Result run(Lease lease, Keepers keepers) throws IOException {
        KeyFilter named = new KeyFilter(lease.epoch());
        keepers.forEach(named::add);
        String unreadable = addNamed(named);
        if (unreadable != null) {
            return new Result.Refused(unreadable);
        }
        Instant now = documents.now();
        lease.confirm();
        long[] deleted = {0, 0};
        for (TrashList list : lists.all()) {
            boolean mine = list.epoch() >= lease.epoch();
            if (!mine && list.doneAt() == null && isDue(list.writtenAt(), now)) {
                lists.read(list.epoch(), trash -> {
                    if (!named.mightContain(trash.key()) && Layout.isBlob(trash.key())) {
                        lease.requireHeld();
                        documents.store().delete(trash.key());
                        deleted[0]++;
                        deleted[1] += trash.bytes();
                    }
                });
                lists.markDone(list.epoch(), lease.epoch());
            } else if (list.doneAt() != null && isDue(list.doneAt(), now)) {
                lists.remove(list.epoch());
            }
        }
        return new Result.Done(listUnnamed(lease, named), deleted[0], deleted[1]);
    }

    /**
     * Which blobs a writer may not use, since they may be deleted at any time, to be asked for under the writer's own
     * lease. May say so of a blob that is in no list, very rarely; its memory does not grow.
     *
     * @return whether this key is to be avoided; see {@link Layout#numbered}
     */
    public Predicate<String> trashed() throws IOException {
        List<TrashList> all = lists.all();
        if (all.isEmpty()) {
            return key -> false;
        }
        KeyFilter trashed = new KeyFilter(0);
        for (TrashList list : all) {
            lists.read(list.epoch(), trash -> trashed.add(trash.key()));
        }
        return trashed::mightContain;
    }

    private static boolean isDue(Instant since, Instant now) {
        return Duration.between(since, now).compareTo(DELAY) >= 0;
    }

    /** Adds what any backup names; else says what could not be read. */
    private @Nullable String addNamed(KeyFilter named) throws IOException {
        for (Listed listed : manifests.list(null)) {
            Optional<ManifestReading> reading = manifests.read(listed);
            Manifest manifest = reading.map(ManifestReading::manifestOrNull).orElse(null);
            if (reading.isPresent() && manifest == null) {
                return "nobody knows which blobs "
                        + documents.store().location(listed.file().key())
                        + " names; delete this backup or remove the file if it is not ours";
            }
            if (manifest != null) {
                try {
                    addNamed(manifest, named);
                } catch (DamagedException e) {
                    return e.getMessage() + "; delete backup " + manifest.id() + " to let the sweep go on";
                }
            }
        }
        return null;
    }

    private void addNamed(Manifest manifest, KeyFilter named) throws IOException {
        for (Artifact artifact : manifest.artifacts()) {
            if (artifact.role().equals(Artifact.REFS)) {
                Refs.read(documents.store(), artifact, ref -> named.add(ref.key()));
            }
        }
    }

    private long listUnnamed(Lease lease, KeyFilter named) throws IOException {
        Predicate<String> listed = trashed();
        long[] count = {0};
        try (Stream<ObjectInfo> blobs = documents.store().list(Layout.BLOBS)) {
            Iterator<Trash> unnamed = blobs.filter(blob -> Layout.isBlob(blob.key()))
                    .filter(blob -> !named.mightContain(blob.key()))
                    .filter(blob -> !listed.test(blob.key()))
                    .peek(blob -> count[0]++)
                    .map(blob -> new Trash(blob.key(), blob.size()))
                    .iterator();
            if (unnamed.hasNext()) {
                lease.confirm();
                lists.write(lease.epoch(), unnamed);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return count[0];
    }
}
