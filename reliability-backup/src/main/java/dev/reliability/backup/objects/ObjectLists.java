package dev.reliability.backup.objects;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.repository.BlobRef;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.core.storage.ObjectStore;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The two lists of a backup's objects read side by side: the index, and the blobs that it uses, a line for each object
 * in the same order. Memory does not grow with their length.
 */
public final class ObjectLists {
    private ObjectLists() {}

    /** Takes each blob in turn. */
    @FunctionalInterface
    public interface Visitor {
        /** A blob that the backup uses; the same one comes again if several objects have its content. */
        void blob(BlobRef blob) throws IOException;
    }

    /**
     * What the lists amount to.
     *
     * @param count how many objects
     * @param bytes of the objects; of their blobs if there is no index
     * @param contradiction where the lists first differ; null if they do not
     */
    public record Totals(long count, long bytes, @Nullable String contradiction) {}

    /**
     * Hands over each blob: by the second list, or by the index if that is all there is.
     *
     * @param index null if it can not be read, as it is damaged or encrypted; not both are
     * @param refs null if it can not be read
     * @throws DamagedException if a list is not what its artifact says; what was handed over by then means nothing
     */
    public static Totals read(ObjectStore store, @Nullable Artifact index, @Nullable Artifact refs, Visitor each)
            throws IOException {
        try (Index indexed = new Index(store, index);
                Lines lines = new Lines(store, refs)) {
            long count = 0;
            long bytes = 0;
            String contradiction = null;
            while (true) {
                BlobRef object = indexed.next();
                BlobRef line = lines.next();
                BlobRef blob = refs == null ? object : line;
                if (blob == null && object == null) {
                    return new Totals(count, bytes, contradiction);
                }
                count++;
                if (index != null && refs != null && contradiction == null) {
                    contradiction = contradiction(count, object, line);
                }
                bytes += object != null ? object.storedBytes() : index == null && blob != null ? blob.storedBytes() : 0;
                if (blob != null) {
                    each.blob(blob);
                }
            }
        }
    }

    private static @Nullable String contradiction(long line, @Nullable BlobRef object, @Nullable BlobRef ref) {
        if (ref != null && ref.equals(object)) {
            return null;
        }
        return "line " + line + " is " + (ref == null ? "missing" : "'" + ref.line() + "'") + ", and the index names "
                + (object == null ? "nothing there" : "'" + object.line() + "'");
    }

    /** What the index says of blobs; nothing if there is none. */
    private static final class Index implements Closeable {
        private final ObjectIndex.@Nullable Reader reader;

        Index(ObjectStore store, @Nullable Artifact index) throws IOException {
            reader = index == null
                    ? null
                    : new ObjectIndex.Reader(store.location(index.key()), Artifacts.open(store, index, null));
        }

        @Nullable BlobRef next() throws IOException {
            ObjectEntry entry = reader == null ? null : reader.next();
            return entry == null ? null : new BlobRef(entry.blob(), entry.size(), entry.sha256());
        }

        @Override
        public void close() throws IOException {
            if (reader != null) {
                reader.close();
            }
        }
    }

    /** The lines of refs; nothing if there are none. */
    private static final class Lines implements Closeable {
        private final String name;
        private final @Nullable BufferedReader reader;

        Lines(ObjectStore store, @Nullable Artifact refs) throws IOException {
            name = refs == null ? "" : store.location(refs.key());
            reader = refs == null
                    ? null
                    : new BufferedReader(
                            new InputStreamReader(Artifacts.open(store, refs, null), StandardCharsets.US_ASCII));
        }

        @Nullable BlobRef next() throws IOException {
            String line = reader == null ? null : reader.readLine();
            return line == null
                    ? null
                    : BlobRef.parse(line)
                            .orElseThrow(() -> new DamagedException(name + " has a line that names no blob"));
        }

        @Override
        public void close() throws IOException {
            if (reader != null) {
                reader.close();
            }
        }
    }
}
