package dev.reliability.backup.repository;

import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.time.Instant;

/** A store with backups in it, and everything that is known about them. Safe for use by any thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class Repository {

    private Repository() {}

    /**
     * Opens the repository in this store, and makes one if there is none.
     *
     * @param host how this machine or pod is called in leases and records
     * @throws BackupException.Refused if it has a format that this version does not know
     */
    public static Repository open(ObjectStore store, SigningKeys keys, TimeSource time, String host)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The store. */
    public ObjectStore store() {
        throw new UnsupportedOperationException();
    }

    /** The time by the repository's clock, which all its writers share: that of an object just made. */
    public Instant now() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Whether manifests are signed, and only signed ones trusted. */
    public boolean signs() {
        throw new UnsupportedOperationException();
    }

    public Leases leases() {
        throw new UnsupportedOperationException();
    }

    public Operations operations() {
        throw new UnsupportedOperationException();
    }

    public BackupIds ids() {
        throw new UnsupportedOperationException();
    }

    public Catalog catalog() {
        throw new UnsupportedOperationException();
    }

    public Recovery recovery() {
        throw new UnsupportedOperationException();
    }

    public Journals journals() {
        throw new UnsupportedOperationException();
    }

    public Sweep sweep() {
        throw new UnsupportedOperationException();
    }
}
