package dev.reliability.backup;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.objects.BlobWriting;
import dev.reliability.backup.objects.StorageRestore;
import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.repository.Lease;
import dev.reliability.backup.repository.Repository;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.util.function.LongConsumer;

/** The objects' side of a restore, for whoever began it and for whoever ends it after a crash. */
final class ObjectPhases {
    private final StorageRestore restore;
    private final ObjectStore store;
    private final String replacedList;
    private final String replacedRefs;

    ObjectPhases(Parts parts, Manifest manifest, Repository repository, Lease lease, String operation)
            throws IOException {
        this.store = repository.store();
        this.replacedList = Layout.replaced(operation);
        this.replacedRefs = Layout.replacedRefs(operation, lease.epoch());
        Artifact index = manifest.artifacts().stream()
                .filter(artifact -> artifact.role().equals(Artifact.OBJECTS))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a manifest with objects names their index"));
        this.restore = new StorageRestore(
                parts.requireObjects(),
                store,
                index,
                null,
                BlobWriting.plain(lease.epoch(), repository.sweep().trashed()));
    }

    void prove(LongConsumer progress) throws IOException {
        restore.prove(progress);
    }

    long writeMissing(LongConsumer progress) throws IOException {
        return restore.writeMissing(progress);
    }

    /**
     * Saves what will be replaced, once, then replaces it. After a crash the list may be there: then the first attempt
     * has saved everything, as nothing is replaced before the list is whole.
     */
    long replaceDiffering(boolean mirror, LongConsumer progress) throws IOException {
        if (store.head(replacedList).isEmpty()) {
            Artifact unused = restore.saveReplaced(replacedList, replacedRefs, mirror);
        }
        return restore.replaceDiffering(mirror, progress);
    }
}
