package dev.reliability.backup.objects;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.ObjectsFacts;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.backup.stream.Encoding;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectKeys;
import dev.reliability.core.storage.ObjectNotFoundException;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongConsumer;
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
    private final BlobWriting writing;

    /**
     * @param source the application's objects
     * @param writing how contents are stored
     */
    public StorageBackup(ObjectStore source, ObjectStore repository, BlobWriting writing) {
        this.source = source;
        this.repository = repository;
        this.writing = writing;
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
     * @param indexEncoding what is done to it
     * @param refsKey where the list of blobs goes
     * @param references the keys that rows name, looked for in what was copied; null if nobody says which they are
     * @param progress told the bytes read so far, now and then
     * @throws IOException if an object can not be read or stored; the artifacts may be there, which nothing names
     */
    public Copied copy(
            String indexKey,
            Encoding indexEncoding,
            String refsKey,
            @Nullable Stream<String> references,
            LongConsumer progress)
            throws IOException {
        // The index is written while objects are copied, and may be encrypted: what it names is spooled beside it.
        try (Spool refs = new Spool();
                Blobs blobs = Blobs.open(repository, writing)) {
            Run run = new Run(blobs, refs.out(), progress);
            Artifact index = Artifacts.write(
                    repository, Artifact.OBJECTS, indexKey, indexEncoding, out -> run.copyAll(out, references));
            Artifact list = Artifacts.write(repository, Artifact.REFS, refsKey, Encoding.GZIP, refs::copyTo);
            ObjectsFacts facts = new ObjectsFacts(
                    run.count,
                    run.bytes,
                    run.storedBytes,
                    writing.keyset().id(),
                    references == null ? "unchecked" : "checked",
                    run.missing,
                    run.missingCount);
            return new Copied(facts, List.of(index, list), run.added);
        }
    }

    private final class Run {
        private final Blobs blobs;
        private final OutputStream refs;
        private final LongConsumer progress;
        private final KeyFingerprints seen = new KeyFingerprints();
        private final List<String> missing = new ArrayList<>();
        private long missingCount;
        private long count;
        private long bytes;
        private long storedBytes;
        private long added;

        Run(Blobs blobs, OutputStream refs, LongConsumer progress) {
            this.blobs = blobs;
            this.refs = refs;
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
            index.write(new ObjectEntry(
                    key, stored.size(), stored.sha256(), stored.blob().key(), attributes(key)));
            stored.blob().writeTo(refs);
            if (remember) {
                seen.add(key);
            }
            count++;
            bytes += stored.size();
            storedBytes += stored.blob().storedBytes();
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
