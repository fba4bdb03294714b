package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.backup.RestorePlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at everything that a restore would look at before it changes something, and at what it would be told later. Its
 * sessions may only read, and wait for nobody.
 */
final class RestoreSurvey {
    private static final String APPLICATION = "reliability";
    private static final String ONLY_LOOKS =
            "SET default_transaction_read_only = on; SET statement_timeout = '3s';" + " SET lock_timeout = '1s'";

    private final PostgreSQLConfig config;
    private final ServerSessions sessions;
    private final Mode mode;
    private final @Nullable DatabaseFacts facts;
    private final DumpNames names;
    private final boolean trusted;
    private final List<String> obstacles = new ArrayList<>();

    RestoreSurvey(PostgreSQLConfig config, Mode mode, @Nullable DatabaseFacts facts, DumpNames names, boolean trusted) {
        this.config = config;
        this.sessions = new ServerSessions(config);
        this.mode = mode;
        this.facts = facts;
        this.names = names;
        this.trusted = trusted;
    }

    RestoreOutlook run() {
        RestoreOutlook seen;
        try (Connection connection = sessions.openMaintenance(APPLICATION)) {
            ServerSessions.execute(connection, ONLY_LOOKS);
            seen = look(connection);
        } catch (SQLException e) {
            throw failed(e);
        }
        // Not beside the other session: the role may have no more than one left.
        if (mode == Mode.IN_PLACE && seen.database().exists()) {
            lookInside();
        }
        return new RestoreOutlook(seen.database(), seen.lostSettings(), obstacles);
    }

    private RestoreOutlook look(Connection connection) throws SQLException {
        requirePrograms(ServerSessions.major(connection));
        obstacles.addAll(RestoreChecks.general(connection, config, facts, names, trusted));
        DatabaseProperties live = DatabaseProperties.read(connection, config.database());
        List<String> lost = mode == Mode.SWITCH ? lookAtSwitch(connection, live) : List.of();
        if (mode == Mode.IN_PLACE && live == null) {
            obstacles.add("there is no database " + config.database() + " to restore in place: restore by switch");
        }
        List<String> notCarriedOver = new ArrayList<>(lost);
        if (mode == Mode.IN_PLACE && live != null && facts != null) {
            notCarriedOver.addAll(KeptProperties.of(facts, live));
        }
        notCarriedOver.addAll(otherVersions(connection));
        ConnectedSessions connected =
                live == null ? new ConnectedSessions(0, List.of()) : ConnectedSessions.to(connection, live.oid());
        RestorePlan.Database database = new RestorePlan.Database(
                mode,
                config.database(),
                live != null,
                live == null || live.bytes() < 0 ? null : live.bytes(),
                live != null && mode == Mode.SWITCH ? DatabaseNames.keptByAny(live.name()) : null,
                live == null ? Long.valueOf(0) : transactionsSince(connection),
                new RestorePlan.Space(facts == null ? null : facts.databaseBytes(), null),
                connected.count(),
                connected.kinds(),
                notCarriedOver);
        return new RestoreOutlook(database, lost, List.of());
    }

    /** Returns the settings that the restored database would not get. */
    private List<String> lookAtSwitch(Connection connection, @Nullable DatabaseProperties live) throws SQLException {
        DatabaseProperties wanted = DatabaseProperties.ofRestored(connection, config.database(), facts, live);
        obstacles.addAll(RestoreChecks.liveSwitch(connection, config, live, wanted));
        if (live != null) {
            obstacles.addAll(StayingSessions.now(connection, live.oid()));
        }
        return SettingRights.lost(connection, config.user(), wanted.settings());
    }

    private void lookInside() {
        try (Connection connection = sessions.open(config.database(), APPLICATION)) {
            ServerSessions.execute(connection, ONLY_LOOKS);
            obstacles.addAll(RestoreChecks.inPlace(connection, config.database()));
        } catch (BackupException.Unavailable unavailable) {
            obstacles.add(String.valueOf(unavailable.getMessage()));
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private void requirePrograms(int major) {
        try {
            PostgreSQLPrograms.find(config, major).restrictedPsql();
        } catch (BackupException.Unavailable missing) {
            obstacles.add(String.valueOf(missing.getMessage()));
        }
    }

    private List<String> otherVersions(Connection connection) throws SQLException {
        List<String> others = new ArrayList<>();
        for (Extension extension : facts == null ? List.<Extension>of() : Extension.of(facts)) {
            String available = extension.available(connection);
            if (available != null && !available.equals(extension.version())) {
                others.add("the extension " + extension.name() + " was version " + extension.version() + " and becomes "
                        + available + ", which this server makes");
            }
        }
        return others;
    }

    private @Nullable Long transactionsSince(Connection connection) throws SQLException {
        return facts == null ? null : ServerPosition.between(facts.position(), ServerPosition.read(connection));
    }

    private static BackupException failed(SQLException e) {
        return ServerFaults.statement("looking at the database server", e);
    }
}
