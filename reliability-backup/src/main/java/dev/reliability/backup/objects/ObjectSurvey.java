package dev.reliability.backup.objects;

import dev.reliability.backup.encryption.Identities;
import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectKeys;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a restore would find in the application's store, by lengths and moments of writing: no object is read. An object
 * of the same length that was written at another moment is counted among those that differ, as after an earlier restore
 * most are, and most of them do not.
 *
 * @param missing objects that are not there
 * @param missingBytes what they take
 * @param differing objects that may have to be replaced
 * @param newBytes what those would have
 * @param oldBytes what those have now
 * @param surplus objects that the backup does not name
 * @param surplusBytes what they have
 */
public record ObjectSurvey(
        long missing,
        long missingBytes,
        long differing,
        long newBytes,
        long oldBytes,
        long surplus,
        long surplusBytes) {

    /**
     * Walks the backup's list and the store's side by side; memory does not grow with their length.
     *
     * @param index the backup's list of objects
     * @param identities open it if it is encrypted
     * @param goesOn asked at each object; false ends it
     * @return empty if it was ended before its end
     */
    public static Optional<ObjectSurvey> of(
            ObjectStore target,
            ObjectStore repository,
            Artifact index,
            @Nullable Identities identities,
            BooleanSupplier goesOn)
            throws IOException {
        try (ObjectIndex.Reader wanted = new ObjectIndex.Reader(
                        repository.location(index.key()), Artifacts.open(repository, index, identities));
                Stream<ObjectInfo> listing = target.list("")) {
            Counting counting = new Counting();
            return counting.walk(wanted, listing.iterator(), goesOn)
                    ? Optional.of(counting.result())
                    : Optional.empty();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static final class Counting {
        private long missing;
        private long missingBytes;
        private long differing;
        private long newBytes;
        private long oldBytes;
        private long surplus;
        private long surplusBytes;

        private boolean walk(ObjectIndex.Reader wanted, Iterator<ObjectInfo> listing, BooleanSupplier goesOn)
                throws IOException {
            ObjectEntry entry = wanted.next();
            ObjectInfo current = next(listing);
            while (entry != null || current != null) {
                if (!goesOn.getAsBoolean()) {
                    return false;
                }
                int order = order(entry, current);
                if (order < 0) {
                    missing(entry);
                } else if (order > 0) {
                    surplus(current);
                } else {
                    both(entry, current);
                }
                entry = order <= 0 ? wanted.next() : entry;
                current = order >= 0 ? next(listing) : current;
            }
            return true;
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

        private void missing(@Nullable ObjectEntry entry) {
            if (entry != null) {
                missing++;
                missingBytes += entry.size();
            }
        }

        private void surplus(@Nullable ObjectInfo current) {
            if (current != null && !current.key().startsWith(ObjectKeys.PROBES)) {
                surplus++;
                surplusBytes += current.size();
            }
        }

        private void both(@Nullable ObjectEntry entry, @Nullable ObjectInfo current) {
            if (entry != null
                    && current != null
                    && (entry.size() != current.size() || !entry.modified().equals(current.lastModified()))) {
                differing++;
                newBytes += entry.size();
                oldBytes += current.size();
            }
        }

        private ObjectSurvey result() {
            return new ObjectSurvey(missing, missingBytes, differing, newBytes, oldBytes, surplus, surplusBytes);
        }
    }
}
