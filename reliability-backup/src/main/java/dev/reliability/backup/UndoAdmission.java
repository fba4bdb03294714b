package dev.reliability.backup;

import dev.reliability.backup.encryption.WrongIdentityException;
import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.postgresql.RestoreSteps;
import dev.reliability.backup.repository.Journals;
import dev.reliability.backup.repository.OperationRecord;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Everything that can be known of an undo before it begins: whether there is something to put back, and all of it. */
final class UndoAdmission {
    private static final String NOTHING =
            "it did not come so far that it replaced anything: what was live before still is";
    private static final String OVER = "the time in which it could be undone is over, and what it replaced was dropped;"
            + " restore a backup that was made before it";

    private final Parts parts;
    private final Repository repository;

    UndoAdmission(Parts parts, Repository repository) {
        this.parts = parts;
        this.repository = repository;
    }

    /**
     * For whoever asks. Of what has not ended yet nothing is said: if its process died, only {@link Settlement} can find
     * out how it ended; if not, it is busy.
     */
    OperationRecord ask(String operationId) throws IOException {
        OperationRecord record = find(operationId);
        if (record.status().status().ended() && !isBeingUndone(operationId)) {
            UndoPlan unused = plan(record);
        }
        return record;
    }

    /** For the holder of the lease: then everything has ended, or nobody can tell how. */
    UndoPlan admit(String operationId) throws IOException {
        OperationRecord record = find(operationId);
        if (!record.status().status().ended()) {
            throw refused(operationId, "its process died, and how it ended can not be found out now");
        }
        return plan(record);
    }

    private OperationRecord find(String operationId) throws IOException {
        OperationRecord record = repository
                .operations()
                .find(operationId)
                .orElseThrow(() -> new BackupException.NotFound("there is no operation '" + operationId + "'"));
        OperationStatus.Kind kind = record.status().kind();
        if (!kind.replacesLive()) {
            throw refused(operationId, "it is no restore but of the kind " + kind.wireName());
        }
        return record;
    }

    /** An undo that failed behind its switch is finished by the next one, before that asks again. */
    private boolean isBeingUndone(String operationId) throws IOException {
        for (Journals.Entry journal : journals()) {
            if (!journal.closed()
                    && UndoPlan.of(journal)
                            .filter(plan -> plan.undone().equals(operationId))
                            .isPresent()) {
                return true;
            }
        }
        return false;
    }

    private UndoPlan plan(OperationRecord record) throws IOException {
        String operation = record.status().id();
        boolean completed = record.status().status() == OperationStatus.Status.COMPLETED;
        Journals.Entry journal =
                repository.journals().read(operation).orElseThrow(() -> refused(operation, completed ? OVER : NOTHING));
        requireNotUndone(journal);
        Optional<ReplacedList> objects = ReplacedList.in(journal.steps());
        boolean database = replacedDatabase(record, journal.facts());
        if (!database && objects.map(ReplacedList::objects).orElse(0L) == 0) {
            throw refused(operation, NOTHING);
        }
        if (objects.isPresent()) {
            requireReadable(operation, objects.get().artifact());
        }
        requireNewest(journal);
        String root = UndoPlan.of(journal).map(UndoPlan::root).orElse(operation);
        return new UndoPlan(operation, root, database, objects.orElse(null));
    }

    private static void requireNotUndone(Journals.Entry journal) {
        Map<String, String> undone = journal.facts().get(Undo.UNDONE);
        if (undone != null) {
            String by = undone.getOrDefault(Undo.BY, "");
            throw refused(
                    journal.operationId(), "it was undone by " + by + " already; undo that one to come back to it");
        }
    }

    /** Whether there is a database to switch back to, where there should be one. */
    private boolean replacedDatabase(OperationRecord record, Map<String, Map<String, String>> steps) {
        String operation = record.status().id();
        if (steps.containsKey(RestoreSteps.COMMITTING)) {
            throw refused(
                    operation,
                    "it restored in place, and the database before it is not kept then; restore a backup that was made"
                            + " before it");
        }
        Map<String, String> switching = steps.get(RestoreSteps.SWITCHING);
        if (switching == null) {
            if (record.type() != BackupType.STORAGE) {
                throw refused(operation, NOTHING);
            }
            return false;
        }
        parts.require(BackupType.DATABASE);
        boolean switched = record.status().status() == OperationStatus.Status.COMPLETED
                || steps.containsKey(RestoreSteps.SWITCHED);
        if (!switching.containsKey(RestoreSteps.OLD)) {
            throw refused(operation, switched ? "there was no database before it to go back to" : NOTHING);
        }
        if (parts.requireDatabase().recovery().kept().stream()
                .noneMatch(kept -> kept.operation().equals(operation))) {
            throw refused(operation, switched ? OVER : NOTHING);
        }
        return true;
    }

    private void requireReadable(String operation, Artifact list) throws IOException {
        parts.require(BackupType.STORAGE);
        if (repository.store().head(list.key()).isEmpty()) {
            throw refused(operation, OVER);
        }
        try (InputStream opened =
                Artifacts.open(repository.store(), list, parts.encryption().identities())) {
            int unused = opened.read();
        } catch (WrongIdentityException notOurs) {
            throw refused(operation, String.valueOf(notOurs.getMessage()));
        }
    }

    /**
     * What it replaced fits only what it left behind. A later restore that has replaced objects is to be undone first;
     * one that was is no hindrance, unless its undo was undone, and so on.
     */
    private void requireNewest(Journals.Entry journal) throws IOException {
        Map<String, String> changes = new LinkedHashMap<>();
        List<Journals.Entry> oldestFirst = journals().stream()
                .filter(other -> Restoration.epoch(other) > Restoration.epoch(journal))
                .sorted(Comparator.comparingLong(Restoration::epoch))
                .toList();
        for (Journals.Entry other : oldestFirst) {
            if (ReplacedList.in(other.steps()).isPresent()) {
                String root = UndoPlan.of(other).map(UndoPlan::root).orElse(other.operationId());
                if (changes.remove(root) == null) {
                    changes.put(root, other.operationId());
                }
            }
        }
        if (!changes.isEmpty()) {
            throw refused(
                    journal.operationId(),
                    "objects were replaced after it by " + String.join(", ", changes.values()) + "; undo that first");
        }
    }

    /** One that somebody changed could hide an undo: nothing is decided without it. */
    private List<Journals.Entry> journals() throws IOException {
        return repository.journals().list(damaged -> {
            throw damaged;
        });
    }

    private static BackupException.Refused refused(String operation, String reason) {
        return new BackupException.Refused("operation " + operation + " is not undone", List.of(reason));
    }
}
