package dev.reliability.backup.objects;

import dev.reliability.backup.encryption.Identities;
import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The objects of a backup as its index names them, in the order of their keys. Not for use by several threads at once. */
public final class IndexedObjects {
    private final ObjectStore repository;
    private final Artifact index;
    private final @Nullable Identities identities;
    private final BlobReader blobs;

    /**
     * The objects of one backup.
     *
     * @param index the backup's list of objects
     * @param identities open what is encrypted; null if nothing is
     */
    public IndexedObjects(ObjectStore repository, Artifact index, @Nullable Identities identities) {
        this.repository = repository;
        this.index = index;
        this.identities = identities;
        this.blobs = new BlobReader(repository, identities);
    }

    /** What is done with each. */
    interface Action {
        void accept(ObjectEntry entry) throws IOException;
    }

    /**
     * Reads every object as it is restored, opened if it is encrypted, and compares it with the index.
     *
     * @param progress told the bytes read so far
     * @throws DamagedException naming the first that differs
     */
    public void prove(LongConsumer progress) throws IOException {
        long[] bytes = {0};
        forEach(entry -> {
            try (InputStream in = content(entry)) {
                bytes[0] += in.transferTo(OutputStream.nullOutputStream());
            }
            progress.accept(bytes[0]);
        });
    }

    void forEach(Action action) throws IOException {
        try (ObjectIndex.Reader entries = open()) {
            for (ObjectEntry entry = entries.next(); entry != null; entry = entries.next()) {
                action.accept(entry);
            }
        }
    }

    ObjectIndex.Reader open() throws IOException {
        return new ObjectIndex.Reader(repository.location(index.key()), Artifacts.open(repository, index, identities));
    }

    /** The bytes of an entry; the end is reached only if they are what the index says. */
    InputStream content(ObjectEntry entry) throws IOException {
        return blobs.open(entry);
    }
}
