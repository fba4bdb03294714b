package dev.reliability.backup;

import dev.reliability.backup.postgresql.PostgreSQLRestore;
import dev.reliability.backup.postgresql.RestoreRequest;
import dev.reliability.backup.postgresql.RestoreResult;
import dev.reliability.backup.repository.Journal;
import dev.reliability.core.backup.RestoreOptions;
import java.io.IOException;

/** The database's side of a restore, told as a sentence. */
final class DatabaseRestore {
    private DatabaseRestore() {}

    static String run(PostgreSQLRestore restore, RestoreOptions.Mode mode, RestoreRequest request, Journal journal)
            throws IOException {
        RestoreResult result = mode == RestoreOptions.Mode.SWITCH
                ? restore.switchTo(request, journal::append)
                : restore.inPlace(request, journal::append);
        StringBuilder sentence = new StringBuilder("database " + result.database() + " is the restored one");
        if (request.facts() != null) {
            sentence.append(", ").append(result.rows()).append(" rows in ").append(result.tables());
            sentence.append(" tables compared");
        }
        if (result.keptAs() != null) {
            sentence.append(", the one before is kept as ").append(result.keptAs());
        }
        for (String lost : result.lost()) {
            sentence.append("; not carried over: ").append(lost);
        }
        return sentence.toString();
    }
}
