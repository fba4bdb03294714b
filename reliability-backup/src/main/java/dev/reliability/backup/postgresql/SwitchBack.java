package dev.reliability.backup.postgresql;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts a database that a restore has kept back in the place of the live one: a {@link LiveSwitch} without a load. It gets
 * back what it had before it was closed, and the one that was live is kept in its turn.
 */
final class SwitchBack {
    private final PostgreSQLConfig config;
    private final ServerSessions sessions;
    private final TimeSource time;
    private final String operation;
    private final String undone;
    private final Map<String, String> switching;
    private final RestoreSteps steps;

    /**
     * @param undone the operation that kept the database
     * @param switching what its journal says of {@link RestoreSteps#SWITCHING}
     */
    SwitchBack(
            PostgreSQLConfig config,
            TimeSource time,
            String operation,
            String undone,
            Map<String, String> switching,
            RestoreSteps steps) {
        this.config = config;
        this.sessions = new ServerSessions(config);
        this.time = time;
        this.operation = operation;
        this.undone = undone;
        this.switching = switching;
        this.steps = steps;
    }

    RestoreResult run() throws IOException {
        try (Connection connection = sessions.openMaintenance(operation)) {
            return run(connection);
        } catch (SQLException e) {
            throw ServerFaults.statement("switching the database " + config.database() + " back", e);
        }
    }

    private RestoreResult run(Connection connection) throws SQLException, IOException {
        DatabaseProperties kept = kept(connection);
        DatabaseProperties wanted = wanted(kept);
        DatabaseProperties live = DatabaseProperties.read(connection, config.database());
        refuse(RestoreChecks.switchBack(connection, config, live, kept, wanted.acl()));
        // Nobody can have come in but a superuser. Whom we may not end, the switch names.
        SessionEnder.endSessions(connection, kept.oid());
        String replaced = new LiveSwitch(config, time, operation).run(connection, kept, wanted, null, steps);
        steps.step(RestoreSteps.SWITCHED, Map.of());
        if (replaced != null) {
            steps.step(RestoreSteps.CLOSED, Map.of());
        }
        return new RestoreResult(config.database(), replaced, 0, 0, List.of());
    }

    private DatabaseProperties kept(Connection connection) throws SQLException {
        for (RestoreRecovery.KeptDatabase database : RestoreRecovery.kept(connection, config.database())) {
            if (database.operation().equals(undone)) {
                DatabaseProperties kept = DatabaseProperties.read(connection, database.name());
                if (kept != null) {
                    return kept;
                }
            }
        }
        throw refused(List.of("the database that " + undone + " replaced is not there any more"));
    }

    /** Its settings stayed with it; these three were taken from it when it was closed. */
    private DatabaseProperties wanted(DatabaseProperties kept) {
        @Nullable String acl = switching.get(RestoreSteps.OLD_ACL);
        @Nullable String limit = switching.get(RestoreSteps.OLD_CONNECTION_LIMIT);
        if (acl == null || limit == null) {
            throw refused(List.of("the journal of " + undone + " does not say whose the database was"));
        }
        return kept.openedTo(acl, Integer.parseInt(limit), switching.get(RestoreSteps.OLD_COMMENT));
    }

    private void refuse(List<String> reasons) {
        if (!reasons.isEmpty()) {
            throw refused(reasons);
        }
    }

    private BackupException.Refused refused(List<String> reasons) {
        return new BackupException.Refused("the database " + config.database() + " is not switched back", reasons);
    }
}
