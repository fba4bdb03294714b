package dev.reliability.backup;

import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.offsite.OffsiteCopy;
import dev.reliability.backup.repository.Facts;
import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.repository.ManifestFile;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.repository.RunningOperation;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Copies of backups in a second repository, from which they are restored when the first is gone: by a manager of that
 * repository, as from any other. What is asked of its store is to create what is absent, to read and to list; nothing
 * there is overwritten or deleted, so that its retention is the business of the store's own rules. Safe for use by any
 * thread.
 */
public final class OffsiteCopies {
    private static final Set<BackupStatus> EXISTING = EnumSet.of(BackupStatus.COMPLETED, BackupStatus.INCOMPLETE);

    private final OperationRunner.Opening near;
    private final OperationRunner.Opening far;
    private final ObjectStore store;
    private final OperationRunner runner;

    OffsiteCopies(
            OperationRunner.Opening near, OperationRunner.Opening far, ObjectStore store, OperationRunner runner) {
        this.near = near;
        this.far = far;
        this.store = store;
        this.runner = runner;
    }

    /** Where they are, for people to read. */
    public String destination() {
        String known = store.location(Layout.FORMAT);
        return known.substring(0, known.length() - Layout.FORMAT.length());
    }

    /** The backups that were never copied there, newest first; without those that none of our keys signed. */
    public List<Backup> missing() {
        return Failures.forCaller(() -> {
            Repository repository = near.repository();
            Map<String, Instant> copied = repository.facts().copiedAt(destination());
            return repository.catalog().all(EXISTING).stream()
                    .filter(backup -> backup.signed() || !repository.signs())
                    .filter(backup -> !copied.containsKey(backup.id()))
                    .toList();
        });
    }

    /**
     * Begins to copy a backup. What is there already is used, so that one that was interrupted goes on where it was, and one
     * that was copied before is looked through: what the store's rules have expired since is copied again. It ends as
     * {@code damaged} if a byte is not as it was written, here or there.
     *
     * @throws BackupException.NotFound there is no such backup
     * @throws BackupException.Refused it is not trusted, or there is nothing in it
     * @throws BackupException.Busy another operation is running
     */
    public OperationStatus copy(String id, Caller by) {
        return Failures.forCaller(() -> {
            ManifestFile file = near.repository()
                    .catalog()
                    .file(id)
                    .orElseThrow(() -> new BackupException.NotFound("there is no backup '" + id + "'"));
            Manifest manifest = admit(file);
            return runner.start(
                    OperationStatus.Kind.COPY,
                    manifest.type(),
                    id,
                    by,
                    (repository, operation) -> copy(file, manifest, repository, operation));
        });
    }

    /**
     * Copies all that are {@link #missing()}, newest first, each in an operation of its own, and waits for each. Stops at
     * the first that does not end well.
     *
     * @return how each ended
     * @throws BackupException.Busy another operation is running
     */
    public List<OperationStatus> copyMissing(Caller by) {
        List<OperationStatus> ended = new ArrayList<>();
        for (Backup backup : missing()) {
            OperationStatus begun = copy(backup.id(), by);
            OperationStatus end =
                    Failures.forCaller(() -> runner.await(begun.id()).orElse(begun));
            ended.add(end);
            if (end.status() != OperationStatus.Status.COMPLETED) {
                break;
            }
        }
        return ended;
    }

    private static Manifest admit(ManifestFile file) {
        String id = file.place().id();
        if (file.reading() instanceof ManifestReading.Intact intact) {
            if (!intact.manifest().status().exists()) {
                throw refused(id, "there is nothing in it: " + intact.manifest().message());
            }
            return intact.manifest();
        }
        if (file.reading() instanceof ManifestReading.Unsigned unsigned) {
            throw refused(id, unsigned.reason());
        }
        if (file.reading() instanceof ManifestReading.UnknownFormat unknown) {
            throw refused(id, "its manifest has format " + unknown.format() + ", which this version does not know");
        }
        throw new BackupException.Damaged(
                "the manifest of backup " + id + " is damaged: " + ((ManifestReading.Changed) file.reading()).reason(),
                null);
    }

    private static BackupException.Refused refused(String id, String reason) {
        return new BackupException.Refused("backup " + id + " is not copied", List.of(reason));
    }

    private OperationRunner.Result copy(
            ManifestFile file, Manifest manifest, Repository repository, RunningOperation operation)
            throws IOException {
        OffsiteCopy.Copied copied = new OffsiteCopy(repository, far.repository(), bytes -> {
                    operation.proceed();
                    operation.update("copying", bytes, manifest.size(), "");
                })
                .copy(file, manifest);
        repository
                .facts()
                .add(
                        operation.lease(),
                        new Facts.Copied(
                                manifest.id(),
                                destination(),
                                operation.id(),
                                operation.status().requestedBy()));
        return OperationRunner.Result.completed("backup " + manifest.id() + " is in " + destination() + ": "
                + copied.bytes() + " bytes in " + copied.files() + " files were not there before");
    }
}
