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
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

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

    /**
     * The backups that are not there, newest first; without those that none of our keys signed. What is on record as copied
     * and not there any more, as the place was lost or is another one of that name, is not there.
     */
    public List<Backup> missing() {
        return Failures.forCaller(() -> {
            Repository repository = near.repository();
            Set<String> there = idsThere();
            there.retainAll(repository.facts().copiedAt(destination()).keySet());
            return repository.catalog().all(EXISTING).stream()
                    .filter(backup -> backup.signed() || !repository.signs())
                    .filter(backup -> !there.contains(backup.id()))
                    .toList();
        });
    }

    private Set<String> idsThere() throws IOException {
        return far.repository().catalog().places().stream()
                .map(Layout.Place::id)
                .collect(Collectors.toSet());
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
        return copy(id, by, false);
    }

    /** As {@link #copy}, but if it is there meanwhile, by another process, nothing is done. */
    public OperationStatus copyIfMissing(String id, Caller by) {
        return copy(id, by, true);
    }

    private OperationStatus copy(String id, Caller by, boolean onlyIfMissing) {
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
                    (repository, operation) -> onlyIfMissing && isThere(repository, id)
                            ? OperationRunner.Result.completed("backup " + id + " is in " + destination() + " already")
                            : copy(file, manifest, repository, operation));
        });
    }

    private boolean isThere(Repository repository, String id) throws IOException {
        return repository.facts().copiedAt(destination()).containsKey(id)
                && idsThere().contains(id);
    }

    /**
     * Copies all that are {@link #missing()}, newest first, each in an operation of its own, and waits for each. Goes on
     * after one that {@link #concernsItAlone}.
     *
     * @return how each ended
     * @throws BackupException.Busy another operation is running
     */
    public List<OperationStatus> copyMissing(Caller by) {
        List<OperationStatus> ended = new ArrayList<>();
        for (Backup backup : missing()) {
            OperationStatus begun = copyIfMissing(backup.id(), by);
            OperationStatus end =
                    Failures.forCaller(() -> runner.await(begun.id()).orElse(begun));
            ended.add(end);
            if (!concernsItAlone(end)) {
                break;
            }
        }
        return ended;
    }

    /** Whether the way in which a copy ended says nothing of the others: it is done, or its backup is damaged or refused. */
    public static boolean concernsItAlone(OperationStatus ended) {
        return ended.status() == OperationStatus.Status.COMPLETED
                || "damaged".equals(ended.error())
                || "refused".equals(ended.error());
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
