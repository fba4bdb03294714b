package dev.reliability.sample.storagecheck;

import dev.reliability.sample.configuration.RepositorySettings;
import dev.reliability.sample.configuration.StorageSettings;
import java.util.UUID;

/** Makes places in the stores of the configuration; nothing is written yet. */
public final class Places {
    private Places() {}

    /** A place in the store of the documents' bytes. */
    public static Place in(StorageSettings store) {
        return store instanceof StorageSettings.Local local
                ? new FolderPlace(local.folder(), name())
                : new BucketPlace(((StorageSettings.S3) store).bucket(), name());
    }

    /** A place in a store of backups. */
    public static Place in(RepositorySettings store) {
        return store instanceof RepositorySettings.Folder folder
                ? new FolderPlace(folder.folder(), name())
                : new BucketPlace(((RepositorySettings.Bucket) store).bucket(), name());
    }

    /** Short, as keys of every length have to fit behind it. */
    private static String name() {
        return "check-" + UUID.randomUUID().toString().substring(0, 8);
    }
}
