package dev.reliability.backup;

import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.backup.repository.Lease;
import dev.reliability.backup.repository.Recovery;
import dev.reliability.backup.repository.Repository;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Opens the repository when it is first needed, and again until that succeeds once. Safe for use by any thread. */
final class RepositoryOpening implements OperationRunner.Opening {
    private final ObjectStore store;
    private final SigningKeys keys;
    private final TimeSource time;
    private final String host;
    private final Parts parts;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Repository opened;

    RepositoryOpening(ObjectStore store, BackupManagerBuilder builder, Parts parts) {
        this.store = store;
        this.keys = builder.keys;
        this.time = builder.time;
        this.host = builder.host;
        this.parts = parts;
    }

    @Override
    public Repository repository() throws IOException {
        Repository known = opened;
        if (known != null) {
            return known;
        }
        lock.lock();
        try {
            Repository repository = opened;
            if (repository == null) {
                repository = Repository.open(store, keys, time, host);
                opened = repository;
            }
            return repository;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Recovery.Interrupted settling(Repository repository, Lease lease) {
        return new Settlement(parts, repository, lease);
    }
}
