package dev.reliability.sample.wiring;

import dev.reliability.core.storage.ObjectStore;
import dev.reliability.s3.MinioObjectStore;
import dev.reliability.s3.S3Config;
import dev.reliability.sample.configuration.RepositorySettings;
import dev.reliability.sample.configuration.S3Settings;
import dev.reliability.sample.configuration.StorageSettings;
import java.util.ArrayList;
import java.util.List;

/** Makes object stores, and closes those that hold resources. For one thread. */
public final class Stores implements AutoCloseable {
    private final List<MinioObjectStore> opened = new ArrayList<>();

    /** None yet. */
    public Stores() {}

    /** The store of the documents' bytes; it need not be reachable yet. */
    public ObjectStore documents(StorageSettings settings) {
        if (settings instanceof StorageSettings.Local local) {
            return new FolderStore(local.folder());
        }
        return s3(((StorageSettings.S3) settings).bucket());
    }

    /** The store of the backups; it need not be reachable yet. */
    public ObjectStore backups(RepositorySettings settings) {
        if (settings instanceof RepositorySettings.Folder folder) {
            return new FolderStore(folder.folder());
        }
        return s3(((RepositorySettings.Bucket) settings).bucket());
    }

    private ObjectStore s3(S3Settings settings) {
        MinioObjectStore store = new MinioObjectStore(S3Config.builder()
                .endpoint(settings.endpoint())
                .credentials(settings.accessKey().reveal(), settings.secretKey().reveal())
                .bucket(settings.bucket())
                .prefix(settings.prefix())
                .region(settings.region())
                .build());
        opened.add(store);
        return store;
    }

    @Override
    public void close() {
        opened.forEach(MinioObjectStore::close);
    }
}
