package dev.reliability.backup;

import dev.reliability.backup.encryption.WrongIdentityException;
import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.postgresql.RestoreRecovery;
import dev.reliability.backup.repository.Journals;
import dev.reliability.backup.repository.Lease;
import dev.reliability.backup.repository.OperationRecord;
import dev.reliability.backup.repository.Recovery;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ends operations whose process died: a restore, or the undo of one, is finished if its database was switched, and taken
 * back if not.
 */
final class Settlement implements Recovery.Interrupted {
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final Parts parts;
    private final Repository repository;
    private final Lease lease;

    Settlement(Parts parts, Repository repository, Lease lease) {
        this.parts = parts;
        this.repository = repository;
        this.lease = lease;
    }

    @Override
    public Recovery.@Nullable Ending end(OperationRecord record) throws IOException {
        String operation = record.status().id();
        try {
            Optional<Journals.Entry> journal = record.status().kind().replacesLive()
                    ? repository.journals().read(operation)
                    : Optional.empty();
            return journal.isEmpty()
                    ? lost("its process is gone; nothing had been changed")
                    : end(operation, journal.get(), record);
        } catch (BackupException.Unavailable
                | BackupException.Refused
                | BackupException.Damaged
                | DamagedException
                | WrongIdentityException later) {
            // Without the database's answer, or by a journal that somebody changed, nobody knows which one is live; and
            // without its identity an encrypted backup can not be finished. Whoever holds the lease next looks again;
            // what does not depend on this restore goes on meanwhile.
            OperationLog.notSettled(record.status(), later);
            return null;
        }
    }

    @Override
    public void endSessions(OperationRecord record) {
        if (parts.database() != null && (record.type() == null || record.type().hasDatabase())) {
            OrphanedSessions.end(parts.database(), record.status());
            try {
                parts.database().recovery().closeKept();
            } catch (BackupException.Unavailable leftToTheNext) {
                OperationLog.keptOpen(leftToTheNext);
            }
        }
    }

    /**
     * Ends what restores left that failed while the database could not be reached: they could not tidy up after
     * themselves, nor know how their last statement ended. A journal that can not be trusted is named and left.
     */
    @Override
    public void tidy() throws IOException {
        Parts.Database database = parts.database();
        if (database == null) {
            return;
        }
        for (Journals.Entry journal : repository.journals().list(OperationLog::journalDamaged)) {
            String operation = journal.operationId();
            if (!journal.closed() && !operation.equals(lease.operationId()) && hasEnded(operation)) {
                try {
                    tidy(journal, database.recovery());
                } catch (IOException | BackupException later) {
                    // Whatever is wrong with this one must not stop what does not depend on it.
                    lease.requireHeld();
                    OperationLog.notTidied(operation, later);
                }
            }
        }
    }

    /** What is committed is completed: the objects of the other database would be under its rows. */
    private void tidy(Journals.Entry journal, RestoreRecovery recovery) throws IOException {
        String operation = journal.operationId();
        OperationRecord record = repository.operations().find(operation).orElse(null);
        boolean restored = recovery.settle(operation, journal.facts()) == RestoreRecovery.Outcome.NEW;
        if (restored && (record == null || record.status().status() != OperationStatus.Status.COMPLETED)) {
            finish(journal, record == null ? null : record.type());
        }
        repository.journals().open(lease, operation).close();
        if (restored && record != null && record.status().status() != OperationStatus.Status.COMPLETED) {
            repository.operations().end(record, finished("it failed behind its commit", record));
        }
    }

    /** What is still to be ended by {@link #end} is not for here: its objects may have to be finished. */
    private boolean hasEnded(String operation) throws IOException {
        return repository
                .operations()
                .find(operation)
                .map(record -> record.status().status().ended())
                .orElse(true);
    }

    private Recovery.Ending end(String operation, Journals.Entry journal, OperationRecord record) throws IOException {
        removeAbandoned(record.type());
        Map<String, Map<String, String>> steps = journal.facts();
        UndoPlan undo = UndoPlan.of(journal).orElse(null);
        boolean hasDatabase =
                undo == null ? record.type() == null || record.type().hasDatabase() : undo.database();
        if (hasDatabase && parts.database() != null) {
            RestoreRecovery.Outcome outcome = parts.database().recovery().settle(operation, steps);
            if (outcome == RestoreRecovery.Outcome.OLD) {
                repository.journals().open(lease, operation).close();
                return lost("its process is gone; the database has its old content");
            }
        }
        finish(journal, record.type());
        repository.journals().open(lease, operation).close();
        return finished("its process was lost", record);
    }

    /** An object that it was writing. */
    private void removeAbandoned(@Nullable BackupType type) throws IOException {
        if (type != null && type.hasStorage() && parts.objects() != null) {
            parts.objects().removeAbandoned();
        }
    }

    /** @param type of the backup that is restored; null if nobody knows, then it has no objects */
    private void finish(Journals.Entry journal, @Nullable BackupType type) throws IOException {
        UndoPlan undo = UndoPlan.of(journal).orElse(null);
        if (undo != null) {
            finishUndo(journal.operationId(), undo);
        } else if (type != null && type.hasStorage()) {
            finishObjects(journal.operationId(), journal.facts().getOrDefault(Restoration.BEGUN, Map.of()));
        }
    }

    private void finishUndo(String operation, UndoPlan undo) throws IOException {
        ReplacedList list = undo.objects();
        if (list != null) {
            finishObjects(operation, list.artifact(), false);
        }
        Undo.note(repository, lease, undo.undone(), operation);
    }

    private void finishObjects(String operation, Map<String, String> begun) throws IOException {
        String backup = begun.getOrDefault(Restoration.BACKUP, "");
        if (repository.catalog().manifest(backup).orElse(null) instanceof ManifestReading.Intact intact) {
            finishObjects(
                    operation,
                    Restoration.index(intact.manifest()),
                    Boolean.parseBoolean(begun.get(Restoration.MIRROR)));
        } else {
            throw new BackupException.Damaged(
                    "backup " + backup + " was being restored and its manifest is not there any more", null);
        }
    }

    private void finishObjects(String operation, Artifact index, boolean mirror) throws IOException {
        if (parts.objects() == null) {
            throw new BackupException.Unavailable(
                    operation + " was replacing objects, and no object store is configured here", RETRY, null);
        }
        ObjectPhases objects = new ObjectPhases(parts, index, repository, lease, operation);
        objects.writeMissing(bytes -> lease.requireHeld());
        objects.replaceDiffering(mirror, repository.journals().open(lease, operation), count -> lease.requireHeld());
    }

    private static Recovery.Ending finished(String why, OperationRecord record) {
        return new Recovery.Ending(
                OperationStatus.Status.COMPLETED,
                why + ", another one finished the " + record.status().kind().wireName(),
                null);
    }

    private static Recovery.Ending lost(String message) {
        return new Recovery.Ending(OperationStatus.Status.FAILED, message, "lease_lost");
    }
}
