package dev.reliability.backup.objects;

import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;

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
     * @param goesOn asked at each object; false ends it
     * @return empty if it was ended before its end
     */
    public static Optional<ObjectSurvey> of(ObjectStore target, IndexedObjects backup, BooleanSupplier goesOn)
            throws IOException {
        Counting counting = new Counting(goesOn);
        return counting.walk(backup, target) ? Optional.of(counting.result()) : Optional.empty();
    }

    private static final class Counting extends SideBySide {
        private final BooleanSupplier goesOn;
        private long missing;
        private long missingBytes;
        private long differing;
        private long newBytes;
        private long oldBytes;
        private long surplus;
        private long surplusBytes;

        private Counting(BooleanSupplier goesOn) {
            this.goesOn = goesOn;
        }

        @Override
        boolean goesOn() {
            return goesOn.getAsBoolean();
        }

        @Override
        void missing(ObjectEntry entry) {
            missing++;
            missingBytes += entry.size();
        }

        @Override
        void both(ObjectEntry entry, ObjectInfo current) {
            if (entry.size() != current.size() || !entry.modified().equals(current.lastModified())) {
                differing++;
                newBytes += entry.size();
                oldBytes += current.size();
            }
        }

        @Override
        void surplus(ObjectInfo current) {
            surplus++;
            surplusBytes += current.size();
        }

        private ObjectSurvey result() {
            return new ObjectSurvey(missing, missingBytes, differing, newBytes, oldBytes, surplus, surplusBytes);
        }
    }
}
