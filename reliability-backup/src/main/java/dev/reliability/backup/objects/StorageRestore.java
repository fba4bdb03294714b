package dev.reliability.backup.objects;

import dev.reliability.backup.encryption.Identities;
import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.backup.stream.Encoding;
import dev.reliability.backup.stream.Sha256;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectNotFoundException;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the objects of a backup back, in two phases around the switch of the database: what is missing before it, so
 * that no row of the restored database is without its object; what differs after it, so that the old rows keep theirs
 * until then. Each step can be repeated after a crash with the same end.
 *
 * <p>Memory does not grow with the number of objects. Not for use by several threads at once.
 */
public final class StorageRestore {
    private final ObjectStore target;
    private final ObjectStore repository;
    private final IndexedObjects objects;
    private final BlobWriting saving;

    /**
     * What was saved before it is replaced.
     *
     * @param list names every object that will be replaced or deleted, in the form of a backup's index
     * @param objects how many these are
     */
    public record Saved(Artifact list, long objects) {}

    /**
     * @param target the application's objects
     * @param index the backup's list of objects
     * @param identities open what is encrypted; null if nothing is
     * @param saving how the bytes are stored that are replaced
     */
    public StorageRestore(
            ObjectStore target,
            ObjectStore repository,
            Artifact index,
            @Nullable Identities identities,
            BlobWriting saving) {
        this.target = target;
        this.repository = repository;
        this.objects = new IndexedObjects(repository, index, identities);
        this.saving = saving;
    }

    /**
     * Reads every blob and compares it with the index: nothing is restored from a backup that is damaged.
     *
     * @param progress told the bytes read so far
     * @throws DamagedException naming the first that differs
     */
    public void prove(LongConsumer progress) throws IOException {
        objects.prove(progress);
    }

    /** What {@link #writeMissing} and {@link #replaceDiffering} would find, by lengths and moments; see {@link ObjectSurvey}. */
    public Optional<ObjectSurvey> survey(BooleanSupplier goesOn) throws IOException {
        return ObjectSurvey.of(target, objects, goesOn);
    }

    /** Phase 1: writes the objects that are missing. Returns how many. */
    public long writeMissing(LongConsumer progress) throws IOException {
        long[] done = {0, 0};
        objects.forEach(entry -> {
            if (target.head(entry.key()).isEmpty()) {
                write(entry);
                done[0]++;
            }
            done[1] += entry.size();
            progress.accept(done[1]);
        });
        return done[0];
    }

    /**
     * Before phase 2: saves the current bytes of every object that phase 2 will replace or delete, and lists them.
     *
     * @param listKey where the list goes, in the form of a backup's index. It is written last: where it is, all is saved
     * @param listEncoding what is done to it
     * @param refsKey where the list of its blobs goes, before it
     * @param mirror whether objects that the backup does not name are listed too
     */
    public Saved saveReplaced(String listKey, Encoding listEncoding, String refsKey, boolean mirror)
            throws IOException {
        try (Spool lines = new Spool();
                Spool refs = new Spool();
                Blobs store = Blobs.open(repository, saving)) {
            long[] objects = {0};
            try (ObjectIndex.Writer list = new ObjectIndex.Writer(lines.out())) {
                compare(mirror, (info, wanted) -> {
                    Blobs.Stored stored = store.store(target.location(info.key()), () -> target.get(info.key()));
                    list.write(new ObjectEntry(
                            info.key(),
                            stored.size(),
                            stored.sha256(),
                            stored.blob().key(),
                            info.lastModified(),
                            attributes(info.key())));
                    stored.blob().writeTo(refs.out());
                    objects[0]++;
                });
            }
            Artifact unused = Artifacts.write(repository, Artifact.REFS, refsKey, Encoding.GZIP, refs::copyTo);
            return new Saved(
                    Artifacts.write(repository, Artifact.OBJECTS, listKey, listEncoding, lines::copyTo), objects[0]);
        }
    }

    /** Phase 2: replaces what differs, and with {@code mirror} deletes what the backup does not name. Returns how many. */
    public long replaceDiffering(boolean mirror, LongConsumer progress) throws IOException {
        long[] done = {0};
        compare(mirror, (info, wanted) -> {
            if (wanted == null) {
                target.delete(info.key());
            } else {
                write(wanted);
            }
            progress.accept(++done[0]);
        });
        return done[0];
    }

    private void write(ObjectEntry entry) throws IOException {
        target.put(entry.key(), entry.attributes(), out -> {
            try (InputStream in = objects.content(entry)) {
                in.transferTo(out);
            }
        });
    }

    private interface Difference {
        /** @param wanted what the backup has under this key; null if nothing */
        void found(ObjectInfo current, @Nullable ObjectEntry wanted) throws IOException;
    }

    private void compare(boolean mirror, Difference difference) throws IOException {
        SideBySide walk = new SideBySide() {
            @Override
            void both(ObjectEntry entry, ObjectInfo current) throws IOException {
                if (differs(current, entry)) {
                    difference.found(current, entry);
                }
            }

            @Override
            void surplus(ObjectInfo current) throws IOException {
                if (mirror) {
                    difference.found(current, null);
                }
            }
        };
        boolean unused = walk.walk(objects, target);
    }

    private boolean differs(ObjectInfo info, ObjectEntry entry) throws IOException {
        if (info.size() != entry.size()) {
            return true;
        }
        MessageDigest digest = Sha256.digest();
        try (InputStream in = target.get(info.key());
                OutputStream hash = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            in.transferTo(hash);
        } catch (ObjectNotFoundException deletedMeanwhile) {
            return false;
        }
        return !Sha256.hex(digest).equals(entry.sha256());
    }

    private ObjectAttributes attributes(String key) throws IOException {
        Optional<ObjectInfo> info = target.keepsAttributes() ? target.head(key) : Optional.empty();
        return info.map(ObjectInfo::attributes).orElse(ObjectAttributes.NONE);
    }
}
