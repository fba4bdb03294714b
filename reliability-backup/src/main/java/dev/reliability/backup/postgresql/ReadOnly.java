package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts.Setting;
import java.sql.Connection;
import java.sql.SQLException;

/** Stops writes to the live database during a restore: what they would write is lost by it. */
final class ReadOnly {
    private static final String SETTING = "default_transaction_read_only";

    private ReadOnly() {}

    /** The database's own setting; empty if it has none. */
    static String read(DatabaseProperties database) {
        return database.settings().stream()
                .filter(setting -> setting.role() == null && setting.name().equals(SETTING))
                .map(Setting::value)
                .findFirst()
                .orElse("");
    }

    /** Makes new transactions read only, and ends all sessions, as they keep what they began with. */
    static void set(Connection connection, DatabaseProperties database) throws SQLException {
        ServerSessions.execute(connection, "ALTER DATABASE " + Sql.name(database.name()) + " SET " + SETTING + " = on");
        SessionEnder.endSessions(connection, database.oid());
    }

    /** Sets what was {@link #read} before. */
    static void restore(Connection connection, String database, String before) throws SQLException {
        ServerSessions.execute(
                connection,
                "ALTER DATABASE " + Sql.name(database)
                        + (before.isEmpty() ? " RESET " + SETTING : " SET " + SETTING + " = " + Sql.text(before)));
    }
}
