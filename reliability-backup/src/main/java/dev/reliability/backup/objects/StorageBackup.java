package dev.reliability.backup.objects;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ObjectsFacts;
import dev.reliability.backup.repository.BlobRef;
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
 * Copies the objects of an application into a repository: every object is read, unless told otherwise, and each distinct
 * content is stored once.
 *
 * <p>Memory: 8 bytes an object while references are checked, else bounded. Not for use by several threads at once.
 */
public final class StorageBackup {
    private static final int LISTED_MISSING = 1000;

    private final ObjectStore source;
    private final ObjectStore repository;
    private final BlobWriting writing;
    private final List<Manifest> believed;

    /**
     * @param source the application's objects
     * @param writing how contents are stored
     * @param believed backups, newest first: an object that has the length and the moment of writing that it had in the
     *     first of them whose index is whole is believed to be unchanged, and not read again; empty to read every object
     */
    public StorageBackup(ObjectStore source, ObjectStore repository, BlobWriting writing, List<Manifest> believed) {
        this.source = source;
        this.repository = repository;
        this.writing = writing;
        this.believed = List.copyOf(believed);
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
                Blobs blobs = Blobs.open(repository, writing);
                UnchangedObjects unchanged = UnchangedObjects.of(repository, believed)) {
            Run run = new Run(blobs, unchanged, refs.out(), progress);
            Artifact index = Artifacts.write(
                    repository, Artifact.OBJECTS, indexKey, indexEncoding, out -> run.copyAll(out, references));
            Artifact list = Artifacts.write(repository, Artifact.REFS, refsKey, Encoding.GZIP, refs::copyTo);
            ObjectsFacts facts = new ObjectsFacts(
                    run.count,
                    run.bytes,
                    run.storedBytes,
                    run.unread,
                    writing.keyset().id(),
                    references == null ? "unchecked" : "checked",
                    run.missing,
                    run.missingCount);
            return new Copied(facts, List.of(index, list), run.added);
        }
    }

    private final class Run {
        private final Blobs blobs;
        private final UnchangedObjects unchanged;
        private final OutputStream refs;
        private final LongConsumer progress;
        private final KeyFingerprints seen = new KeyFingerprints();
        private final List<String> missing = new ArrayList<>();
        private long missingCount;
        private long count;
        private long bytes;
        private long storedBytes;
        private long unread;
        private long added;

        Run(Blobs blobs, UnchangedObjects unchanged, OutputStream refs, LongConsumer progress) {
            this.blobs = blobs;
            this.unchanged = unchanged;
            this.refs = refs;
            this.progress = progress;
        }

        void copyAll(OutputStream out, @Nullable Stream<String> references) throws IOException {
            try (ObjectIndex.Writer index = new ObjectIndex.Writer(out);
                    Stream<ObjectInfo> objects = source.list("")) {
                for (Iterator<ObjectInfo> all = objects.iterator(); all.hasNext(); ) {
                    ObjectInfo info = all.next();
                    if (!info.key().startsWith(ObjectKeys.PROBES)) {
                        copy(info, index, references != null);
                    }
                }
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            if (references != null) {
                references.filter(key -> !seen.contains(key)).forEach(this::miss);
            }
        }

        private void copy(ObjectInfo info, ObjectIndex.Writer index, boolean remember) throws IOException {
            ObjectEntry then = unchanged.find(info).orElse(null);
            BlobRef known = then == null ? null : new BlobRef(then.blob(), then.size(), then.sha256());
            if (then != null && known != null && blobs.has(known)) {
                index.write(then);
                unread++;
                copied(info.key(), then.size(), known, remember);
                return;
            }
            Blobs.Stored stored;
            try {
                stored = blobs.store(source.location(info.key()), () -> source.get(info.key()));
            } catch (ObjectNotFoundException deletedMeanwhile) {
                return;
            }
            index.write(new ObjectEntry(
                    info.key(),
                    stored.size(),
                    stored.sha256(),
                    stored.blob().key(),
                    info.lastModified(),
                    attributes(info.key())));
            added += stored.added();
            copied(info.key(), stored.size(), stored.blob(), remember);
        }

        private void copied(String key, long size, BlobRef blob, boolean remember) throws IOException {
            blob.writeTo(refs);
            if (remember) {
                seen.add(key);
            }
            count++;
            bytes += size;
            storedBytes += blob.storedBytes();
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
