package dev.reliability.backup.postgresql;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.RestoreHook;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One restore into the live database itself: it is emptied and loaded in the same transaction. */
final class InPlaceRestore {
    private static final Logger LOG = LoggerFactory.getLogger(InPlaceRestore.class);

    private final PostgreSQLConfig config;
    private final ServerSessions sessions;
    private final TimeSource time;
    private final RestoreHook hook;
    private final RestoreRequest request;
    private final RestoreSteps steps;
    private @Nullable String readOnlyBefore;

    InPlaceRestore(
            PostgreSQLConfig config, TimeSource time, RestoreHook hook, RestoreRequest request, RestoreSteps steps) {
        this.config = config;
        this.sessions = new ServerSessions(config);
        this.time = time;
        this.hook = hook;
        this.request = request;
        this.steps = steps;
    }

    RestoreResult run() throws IOException {
        Path psql = prepare();
        try {
            new RoomTrial(sessions, request).require(config.database());
            DumpLoad.Loaded loaded = load(psql);
            steps.step(RestoreSteps.COMMITTED, Map.of());
            String obstacle = obstacleToUse();
            return new RestoreResult(
                    config.database(),
                    null,
                    loaded.tables(),
                    loaded.rows(),
                    List.of(),
                    obstacle,
                    readOnlyBefore == null);
        } finally {
            Interrupts.shield(this::endReadOnly);
        }
    }

    /** What is restored can not be taken back here: what the application says of it is told with the outcome. */
    private @Nullable String obstacleToUse() {
        endReadOnly();
        if (readOnlyBefore != null) {
            return notUsable("the database is still read only; that ends when the next operation starts");
        }
        try {
            new Preparation(config, hook, request.operation()).run(config.database());
            return null;
        } catch (BackupException.Refused refused) {
            return notUsable(refused.getMessage() + ": " + String.join("; ", refused.reasons()));
        } catch (BackupException | InterruptedIOException notFoundOut) {
            return notUsable("its application was not made ready for it: " + notFoundOut.getMessage());
        }
    }

    private String notUsable(String reason) {
        LOG.error("the database {} is restored: {}", config.database(), reason);
        return reason;
    }

    /** Refuses what can be known before; makes the database read only if asked to. */
    private Path prepare() throws IOException {
        try (Connection connection = sessions.open(config.database(), request.operation())) {
            Path psql = PostgreSQLPrograms.find(config, ServerSessions.major(connection))
                    .restrictedPsql();
            List<String> reasons =
                    RestoreChecks.general(connection, config, request.facts(), request.names(), request.trusted());
            reasons.addAll(RestoreChecks.inPlace(connection, config.database()));
            if (!reasons.isEmpty()) {
                throw new BackupException.Refused(
                        "the database " + config.database() + " is not restored in place", reasons);
            }
            DatabaseProperties live = DatabaseProperties.read(connection, config.database());
            if (request.readOnly() && live != null) {
                String before = ReadOnly.read(live);
                steps.step(RestoreSteps.READ_ONLY, Map.of("previous", before));
                readOnlyBefore = before;
                ReadOnly.set(connection, live);
            }
            return psql;
        } catch (SQLException e) {
            throw ServerFaults.statement("preparing the restore of the database " + config.database(), e);
        }
    }

    private DumpLoad.Loaded load(Path psql) throws IOException {
        Committing committing = new Committing();
        try {
            return new DumpLoad(ServerAddress.of(config), psql, config.database(), request)
                    .run(EmptyDatabase.SQL, DumpLoad.ANALYZE, (loaded, transaction) -> {
                        rememberIds();
                        steps.step(RestoreSteps.COMMITTING, Map.of("transaction", transaction));
                        committing.loaded = loaded;
                        committing.transaction = transaction;
                    });
        } catch (IOException | BackupException e) {
            DumpLoad.Loaded loaded = committing.loaded;
            if (loaded != null && committed(committing.transaction, e)) {
                return loaded;
            }
            throw e;
        }
    }

    private void rememberIds() {
        try (Connection connection = sessions.openMaintenance(request.operation())) {
            TransactionOutcome.rememberIds(connection);
        } catch (SQLException e) {
            throw ServerFaults.statement("preparing the commit", e);
        }
    }

    /** What was under way when COMMIT was sent. */
    private static final class Committing {
        private DumpLoad.@Nullable Loaded loaded;
        private String transaction = "";
    }

    /** COMMIT was sent and no answer came: only the server knows. */
    private boolean committed(String transaction, Exception failure) {
        boolean[] committed = {false};
        Interrupts.shield(() -> {
            try (Connection connection = sessions.openMaintenance(request.operation())) {
                committed[0] = TransactionOutcome.await(connection, transaction, time);
            } catch (SQLException | BackupException e) {
                failure.addSuppressed(e);
            }
        });
        return committed[0];
    }

    private void endReadOnly() {
        String before = readOnlyBefore;
        if (before == null) {
            return;
        }
        try (Connection connection = sessions.open(config.database(), request.operation())) {
            ReadOnly.restore(connection, config.database(), before);
            readOnlyBefore = null;
        } catch (SQLException | BackupException e) {
            LOG.warn(
                    "the database {} is still read only; that ends when the next operation starts",
                    config.database(),
                    e);
        }
    }
}
