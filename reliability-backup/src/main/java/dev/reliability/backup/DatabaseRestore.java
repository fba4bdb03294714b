package dev.reliability.backup;

import dev.reliability.backup.postgresql.RestoreRequest;
import dev.reliability.backup.postgresql.RestoreResult;
import dev.reliability.backup.postgresql.RestoreSteps;
import dev.reliability.backup.repository.Journal;
import dev.reliability.backup.repository.RunningOperation;
import dev.reliability.core.backup.RestoreOptions;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** The database's side of a restore, or of its undo, told as a sentence. */
final class DatabaseRestore {
    /** After these the server decides which database is live, and an interrupt could only hide that. */
    private static final Set<String> COMMITS = Set.of(RestoreSteps.SWITCHING, RestoreSteps.COMMITTING);

    private DatabaseRestore() {}

    static String run(
            Parts.Database database,
            RestoreOptions.Mode mode,
            RestoreRequest request,
            Journal journal,
            RunningOperation operation)
            throws IOException {
        RestoreSteps steps = steps(journal, operation);
        RestoreResult result = run(database, mode, request, steps, operation);
        if (!result.settled()) {
            journal.leaveOpen();
        }
        return sentence(result, request.facts() != null);
    }

    /** The same for its undo. */
    static String undo(
            Parts.Database database,
            String undone,
            Map<String, String> switching,
            Journal journal,
            RunningOperation operation)
            throws IOException {
        RestoreResult result =
                database.restore().switchBack(operation.id(), undone, switching, steps(journal, operation));
        return "database " + result.database() + " is the one from before it"
                + (result.keptAs() == null ? "" : ", the one that it restored is kept as " + result.keptAs());
    }

    private static RestoreSteps steps(Journal journal, RunningOperation operation) {
        return (name, details) -> {
            if (name.equals(RestoreSteps.LOADED)) {
                operation.update("preparing", 0, 0, "");
            }
            if (COMMITS.contains(name)) {
                operation.commit();
            }
            journal.append(name, details);
        };
    }

    private static RestoreResult run(
            Parts.Database database,
            RestoreOptions.Mode mode,
            RestoreRequest request,
            RestoreSteps steps,
            RunningOperation operation)
            throws IOException {
        boolean restored = false;
        try {
            RestoreResult result = mode == RestoreOptions.Mode.SWITCH
                    ? database.restore().switchTo(request, steps)
                    : database.restore().inPlace(request, steps);
            restored = true;
            return result;
        } finally {
            // Behind the commit point a session may be the one that commits.
            if (!restored && !operation.cancellation().isCommitted()) {
                OrphanedSessions.end(database, operation.status());
            }
        }
    }

    private static String sentence(RestoreResult result, boolean compared) {
        StringBuilder sentence = new StringBuilder("database " + result.database() + " is the restored one");
        if (compared) {
            sentence.append(", ").append(result.rows()).append(" rows in ").append(result.tables());
            sentence.append(" tables compared");
        }
        if (result.keptAs() != null) {
            sentence.append(", the one before is kept as ").append(result.keptAs());
        }
        for (String lost : result.lost()) {
            sentence.append("; not carried over: ").append(lost);
        }
        if (result.unusable() != null) {
            sentence.append("; ").append(result.unusable());
        }
        return sentence.toString();
    }
}
