package dev.reliability.backup.postgresql;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.RestoreHook;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One restore by the live switch. What it made is gone when it fails; what it could not remove, the journal names. */
final class SwitchRestore {
    private static final Logger LOG = LoggerFactory.getLogger(SwitchRestore.class);

    /** Nobody but the load has business in it. */
    private static final int SCRATCH_CONNECTIONS = 5;

    private final PostgreSQLConfig config;
    private final ServerSessions sessions;
    private final TimeSource time;
    private final RestoreHook hook;
    private final RestoreRequest request;
    private final RestoreSteps steps;
    private final String scratch;
    private boolean scratchMade;
    private @Nullable String readOnlyBefore;

    SwitchRestore(
            PostgreSQLConfig config, TimeSource time, RestoreHook hook, RestoreRequest request, RestoreSteps steps) {
        this.config = config;
        this.sessions = new ServerSessions(config);
        this.time = time;
        this.hook = hook;
        this.request = request;
        this.steps = steps;
        this.scratch = DatabaseNames.scratch(config.database(), request.operation());
    }

    RestoreResult run() throws IOException {
        try (Connection connection = sessions.openMaintenance(request.operation())) {
            return run(connection);
        } catch (SQLException e) {
            throw ServerFaults.statement("the restore of the database " + config.database(), e);
        }
    }

    private RestoreResult run(Connection connection) throws SQLException, IOException {
        int major = ServerSessions.major(connection);
        Path psql = PostgreSQLPrograms.find(config, major).restrictedPsql();
        DatabaseProperties live = DatabaseProperties.read(connection, config.database());
        DatabaseProperties wanted = DatabaseProperties.ofRestored(connection, config.database(), request.facts(), live);
        List<String> reasons =
                RestoreChecks.general(connection, config, request.facts(), request.names(), request.trusted());
        reasons.addAll(RestoreChecks.liveSwitch(connection, config, live, wanted));
        if (live != null) {
            reasons.addAll(
                    reasons.isEmpty()
                            ? StayingSessions.await(connection, live.oid(), time)
                            : StayingSessions.now(connection, live.oid()));
        }
        refuse(reasons);
        boolean switched = false;
        try {
            if (request.readOnly() && live != null) {
                String before = ReadOnly.read(live);
                steps.step(RestoreSteps.READ_ONLY, Map.of("previous", before));
                readOnlyBefore = before;
                ReadOnly.set(connection, live);
            }
            List<String> lost = create(connection, wanted, major);
            new RoomTrial(sessions, request).require(scratch);
            DumpLoad.Loaded loaded = load(connection, psql);
            steps.step(
                    RestoreSteps.LOADED,
                    Map.of("rows", Long.toString(loaded.rows()), "bytes", Long.toString(loaded.bytes())));
            new Preparation(config, hook, request.operation()).run(scratch);
            String kept = swap(connection, wanted);
            switched = true;
            steps.step(RestoreSteps.SWITCHED, Map.of());
            if (kept != null) {
                // That was part of the same transaction.
                steps.step(RestoreSteps.CLOSED, Map.of());
            }
            return new RestoreResult(config.database(), kept, loaded.tables(), loaded.rows(), lost);
        } finally {
            if (!switched) {
                Interrupts.shield(this::undo);
            }
        }
    }

    /** Makes the new database; returns the settings that it could not be given, if that was accepted. */
    private List<String> create(Connection connection, DatabaseProperties wanted, int major)
            throws SQLException, IOException {
        steps.step(RestoreSteps.SCRATCH_CREATED, Map.of("scratch", scratch));
        try {
            ServerSessions.execute(connection, wanted.createSql(scratch, SCRATCH_CONNECTIONS, major));
        } catch (SQLException e) {
            throw ServerFaults.statement("creating the database " + scratch, e);
        }
        scratchMade = true;
        ServerSessions.execute(connection, "REVOKE ALL ON DATABASE " + Sql.name(scratch) + " FROM PUBLIC");
        List<String> lost = DatabaseDress.settings(connection, scratch, wanted.settings());
        if (!request.acceptLostSettings()) {
            refuse(lost);
        }
        return lost;
    }

    private DumpLoad.Loaded load(Connection connection, Path psql) throws SQLException, IOException {
        DumpLoad.Loaded loaded;
        GrowthLimit limit = GrowthLimit.watch(connection, scratch, request.facts());
        try (limit) {
            loaded = new DumpLoad(ServerAddress.of(config), psql, scratch, request).intoNewDatabase(DumpLoad.ANALYZE);
        } catch (BackupException failed) {
            limit.requireNotStopped(failed);
            throw failed;
        }
        limit.require();
        return loaded;
    }

    private @Nullable String swap(Connection connection, DatabaseProperties wanted) throws SQLException, IOException {
        DatabaseProperties restored = DatabaseProperties.read(connection, scratch);
        if (restored == null) {
            throw new BackupException.Unavailable(
                    "the database " + scratch + " is gone: somebody dropped it during the restore",
                    ServerFaults.RETRY_AFTER,
                    null);
        }
        return new LiveSwitch(config, time, request.operation())
                .run(connection, restored, wanted, readOnlyBefore, steps);
    }

    private void refuse(List<String> reasons) {
        if (!reasons.isEmpty()) {
            throw new BackupException.Refused("the database " + config.database() + " is not restored", reasons);
        }
    }

    /** Best effort, on a session of its own; what fails here is done again from the journal. */
    private void undo() {
        try (Connection connection = sessions.openMaintenance(request.operation())) {
            if (scratchMade) {
                ServerSessions.execute(connection, "DROP DATABASE IF EXISTS " + Sql.name(scratch) + " WITH (FORCE)");
            }
            String before = readOnlyBefore;
            if (before != null && DatabaseProperties.read(connection, config.database()) != null) {
                ReadOnly.restore(connection, config.database(), before);
            }
        } catch (SQLException | BackupException e) {
            LOG.warn(
                    "could not clean up after the restore {}; it is done when the next operation starts",
                    request.operation(),
                    e);
        }
    }
}
