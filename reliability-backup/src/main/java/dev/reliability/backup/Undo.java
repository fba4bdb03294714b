package dev.reliability.backup;

import dev.reliability.backup.postgresql.RestoreSteps;
import dev.reliability.backup.repository.Journal;
import dev.reliability.backup.repository.Journals;
import dev.reliability.backup.repository.Lease;
import dev.reliability.backup.repository.OperationRecord;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.repository.RunningOperation;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Undoes one restore, or one undo, in the order of a {@link Restoration}: what it replaced is read and proved first; then
 * objects that are missing are written, then the database that it kept becomes live again, then objects that differ are
 * replaced. What this replaces is kept in its turn, so that it can be undone as well. Objects that a restore only added
 * stay.
 */
final class Undo {
    /** The last step in the journal of what was undone. */
    static final String UNDONE = "undone";

    static final String BY = "by";

    private final Parts parts;
    private final String undone;
    private final Repository repository;
    private final RunningOperation operation;

    private Undo(Parts parts, String undone, Repository repository, RunningOperation operation) {
        this.parts = parts;
        this.undone = undone;
        this.repository = repository;
        this.operation = operation;
    }

    static OperationStatus start(Parts parts, String undone, Caller by, Repository repository, OperationRunner runner)
            throws IOException {
        OperationRecord record = new UndoAdmission(parts, repository).ask(undone);
        return runner.start(
                OperationStatus.Kind.UNDO,
                record.type(),
                record.status().backupId(),
                by,
                (opened, operation) -> new Undo(parts, undone, opened, operation).run());
    }

    private OperationRunner.Result run() throws IOException {
        UndoPlan plan = new UndoAdmission(parts, repository).admit(undone);
        repository.store().removeAbandoned();
        ReplacedList list = plan.objects();
        ObjectPhases objects = list == null ? null : proved(list);
        if (!plan.database()) {
            // Nothing else decides which objects are the right ones: what is begun here is finished.
            operation.commit();
        }
        Journal journal = begin(plan);
        long written = objects == null ? 0 : objects.writeMissing(progress("restoring_objects"));
        StringBuilder told = new StringBuilder(undone + " is undone");
        if (plan.database()) {
            told.append("; ").append(switchBack(journal));
        }
        if (objects != null) {
            long replaced = objects.replaceDiffering(false, journal, progress("replacing_objects"));
            told.append("; ").append(written).append(written == 1 ? " missing object" : " missing objects");
            told.append(" written, ").append(replaced).append(" replaced");
        }
        note(repository, operation.lease(), undone, operation.id());
        journal.close();
        return OperationRunner.Result.completed(told.toString());
    }

    /** Says in the journal of what was undone that it is, and by whom. */
    static void note(Repository repository, Lease lease, String undone, String by) throws IOException {
        repository.journals().open(lease, undone).close(UNDONE, Map.of(BY, by));
    }

    private ObjectPhases proved(ReplacedList list) throws IOException {
        Artifacts.prove(repository.store(), list.artifact());
        ObjectPhases objects = new ObjectPhases(parts, list.artifact(), repository, operation.lease(), operation.id());
        objects.prove(progress("verifying"));
        parts.requireObjects().removeAbandoned();
        return objects;
    }

    private Journal begin(UndoPlan plan) throws IOException {
        Journal journal = repository.journals().open(operation.lease(), operation.id());
        Map<String, String> facts = new HashMap<>(plan.facts());
        facts.put(Restoration.EPOCH, Long.toString(operation.lease().epoch()));
        journal.append(Restoration.BEGUN, facts);
        return journal;
    }

    private String switchBack(Journal journal) throws IOException {
        operation.proceed();
        operation.update("switching", 0, 0, "");
        Map<String, String> switching = repository
                .journals()
                .read(undone)
                .map(Journals.Entry::facts)
                .map(steps -> steps.get(RestoreSteps.SWITCHING))
                .orElseThrow(() -> new IllegalStateException("admitted by this step of its journal"));
        return DatabaseRestore.undo(parts.requireDatabase(), undone, switching, journal, operation);
    }

    private LongConsumer progress(String phase) {
        return done -> {
            operation.proceed();
            operation.update(phase, done, 0, "");
        };
    }
}
