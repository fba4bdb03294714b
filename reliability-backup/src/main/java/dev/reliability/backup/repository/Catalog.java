package dev.reliability.backup.repository;

import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupPage;
import dev.reliability.core.backup.BackupQuery;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Which backups there are. Safe for use by any thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class Catalog {

    Catalog() {}

    /**
     * A file in a manifest's place that is no manifest of ours.
     *
     * @param key where it lies
     * @param reason one sentence
     */
    public record Fault(String key, String reason) {}

    /**
     * Makes a backup exist: writes its manifest if its place is free. All its artifacts must be stored by now.
     *
     * @return false if the place is taken: then this writer has lost its lease, and there is no such backup
     */
    public boolean commit(Manifest manifest) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** One backup of any status; empty if unknown, also for a text that is not an id. */
    public Optional<Backup> find(String id) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** What lies in the place of this backup's manifest; empty if nothing does, also for a text that is not an id. */
    public Optional<ManifestReading> manifest(String id) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Lists backups, newest first. */
    public BackupPage list(BackupQuery query) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** All that lies in a manifest's place and is none of ours; it is never listed, swept or deleted. */
    public List<Fault> faults() throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Deletes a backup: its manifest, then its own artifacts, then its facts. Its id stays claimed, its blobs stay
     * for {@link Sweep}.
     *
     * @throws BackupException.NotFound if there is none
     */
    public void delete(Lease lease, String id) throws IOException {
        throw new UnsupportedOperationException();
    }
}
