package dev.reliability.backup.objects;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.ObjectsFacts;
import dev.reliability.backup.repository.BlobRef;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectKeys;
import dev.reliability.core.storage.ObjectNotFoundException;
import dev.reliability.core.storage.ObjectStore;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Copies the objects of an application into a repository: every object is read, each distinct content is stored once.
 *
 * <p>Memory: 8 bytes an object while references are checked, else bounded. Not for use by several threads at once.
 */
public final class StorageBackup {
    private static final int LISTED_MISSING = 1000;

    private final ObjectStore source;
    private final ObjectStore repository;
    private final String keyset;
    private final Blobs blobs;

    /**
     * @param source the application's objects
     * @param keyset which folder of blobs to use, such as {@code plain}
     * @param epoch of the writer's lease
     * @param trashed whether a blob's key is named for deletion, and so must not be used again
     */
    public StorageBackup(
            ObjectStore source, ObjectStore repository, String keyset, long epoch, Predicate<String> trashed) {
        this.source = source;
        this.repository = repository;
        this.keyset = keyset;
        this.blobs = new Blobs(repository, keyset, epoch, trashed);
    }

    /**
     * What was copied.
     *
     * @param artifacts the index and the list of blobs
     * @param addedBytes stored bytes that the repository did not have before, artifacts not counted
     */
    public record Copied(ObjectsFacts facts, List<Artifact> artifacts, long addedBytes) {
        public Copied {
            artifacts = List.copyOf(artifacts);
        }
    }

    /**
     * Copies all objects.
     *
     * @param indexKey where the index goes
     * @param refsKey where the list of blobs goes
     * @param references the keys that rows name, looked for in what was copied; null if nobody says which they are
     * @param progress told the bytes read so far, now and then
     * @throws IOException if an object can not be read or stored; the artifacts may be there, which nothing names
     */
    public Copied copy(String indexKey, String refsKey, @Nullable Stream<String> references, LongConsumer progress)
            throws IOException {
        Run run = new Run(progress);
        // The index is written while objects are copied; refs name the same blobs and are made from it afterwards.
        Artifact index = Artifacts.write(repository, Artifact.OBJECTS, indexKey, out -> run.copyAll(out, references));
        Artifact refs = Artifacts.write(repository, Artifact.REFS, refsKey, out -> writeRefs(index, out));
        ObjectsFacts facts = new ObjectsFacts(
                run.count,
                run.bytes,
                run.bytes,
                keyset,
                references == null ? "unchecked" : "checked",
                run.missing,
                run.missingCount);
        return new Copied(facts, List.of(index, refs), run.added);
    }

    private void writeRefs(Artifact index, OutputStream out) throws IOException {
        Writer lines = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        try (ObjectIndex.Reader reader = new ObjectIndex.Reader(index.key(), Artifacts.open(repository, index))) {
            for (ObjectEntry entry = reader.next(); entry != null; entry = reader.next()) {
                lines.write(new BlobRef(entry.blob(), entry.size(), entry.sha256()).line() + "\n");
            }
        }
        lines.flush();
    }

    private final class Run {
        private final LongConsumer progress;
        private final KeyFingerprints seen = new KeyFingerprints();
        private final List<String> missing = new ArrayList<>();
        private long missingCount;
        private long count;
        private long bytes;
        private long added;

        Run(LongConsumer progress) {
            this.progress = progress;
        }

        void copyAll(OutputStream out, @Nullable Stream<String> references) throws IOException {
            try (ObjectIndex.Writer index = new ObjectIndex.Writer(out);
                    Stream<ObjectInfo> objects = source.list("")) {
                for (Iterator<ObjectInfo> all = objects.iterator(); all.hasNext(); ) {
                    ObjectInfo info = all.next();
                    if (!info.key().startsWith(ObjectKeys.PROBES)) {
                        copy(info.key(), index, references != null);
                    }
                }
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            if (references != null) {
                references.filter(key -> !seen.contains(key)).forEach(this::miss);
            }
        }

        private void copy(String key, ObjectIndex.Writer index, boolean remember) throws IOException {
            Blobs.Stored stored;
            try {
                stored = blobs.store(source.location(key), () -> source.get(key));
            } catch (ObjectNotFoundException deletedMeanwhile) {
                return;
            }
            index.write(new ObjectEntry(key, stored.size(), stored.sha256(), stored.key(), attributes(key)));
            if (remember) {
                seen.add(key);
            }
            count++;
            bytes += stored.size();
            added += stored.added();
            progress.accept(bytes);
        }

        private ObjectAttributes attributes(String key) throws IOException {
            return source.keepsAttributes()
                    ? source.head(key).map(ObjectInfo::attributes).orElse(ObjectAttributes.NONE)
                    : ObjectAttributes.NONE;
        }

        private void miss(String key) {
            missingCount++;
            if (missing.size() < LISTED_MISSING) {
                missing.add(key);
            }
        }
    }
}
