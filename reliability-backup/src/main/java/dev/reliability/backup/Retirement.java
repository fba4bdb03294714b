package dev.reliability.backup;

import dev.reliability.backup.postgresql.OpenedDatabase;
import dev.reliability.backup.postgresql.RestoreRecovery.KeptDatabase;
import dev.reliability.backup.repository.Journals;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.repository.RunningOperation;
import dev.reliability.backup.stream.Encoding;
import dev.reliability.core.backup.BackupType;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;

/**
 * The end of a database that a restore replaced: a backup like any other is made of it, as it was before it was replaced,
 * and only then it is dropped. If the backup fails the database stays, closed, and the operation is one that failed.
 */
final class Retirement {
    private final Parts parts;
    private final Encoding encoding;
    private final KeptDatabases kept;
    private final Repository repository;
    private final RunningOperation operation;

    Retirement(Parts parts, Encoding encoding, KeptDatabases kept, Repository repository, RunningOperation operation) {
        this.parts = parts;
        this.encoding = encoding;
        this.kept = kept;
        this.repository = repository;
        this.operation = operation;
    }

    OperationRunner.Result of(KeptDatabase database) throws IOException, SQLException {
        String dropped = database.name() + ", which " + database.operation() + " replaced, is dropped";
        if (!kept.isKept(database)) {
            return OperationRunner.Result.completed("there was a backup of it already: " + dropped);
        }
        OperationRunner.Result made = dump(database);
        kept.expire(operation.lease());
        return OperationRunner.Result.completed(made.message() + "; " + dropped);
    }

    private OperationRunner.Result dump(KeptDatabase database) throws IOException, SQLException {
        Map<String, Map<String, String>> steps = repository
                .journals()
                .read(database.operation())
                .map(Journals.Entry::facts)
                .orElse(Map.of());
        Parts.Database live = parts.requireDatabase();
        try (OpenedDatabase opened = live.recovery().open(database, operation.id(), steps)) {
            Parts replaced =
                    parts.with(new Parts.Database(live.backup().of(database.name()), live.restore(), live.recovery()));
            return new Creation(replaced, BackupType.DATABASE, encoding, opened::asItWas, false, repository, operation)
                    .run();
        }
    }
}
