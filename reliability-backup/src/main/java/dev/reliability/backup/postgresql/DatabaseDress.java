package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts.Setting;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Gives a database what a dump does not carry: its privileges and its settings. */
final class DatabaseDress {
    /** Their values are lists of quoted names: as one text they would be one name. */
    private static final Set<String> LISTS = Set.of(
            "local_preload_libraries",
            "search_path",
            "session_preload_libraries",
            "shared_preload_libraries",
            "temp_tablespaces",
            "unix_socket_directories");

    private static final Pattern DOT = Pattern.compile("\\.");

    private DatabaseDress() {}

    /**
     * Sets each setting that this role may set, in a transaction of its own; returns a sentence for each other one. The
     * connection commits by itself, before and after.
     */
    static List<String> settings(Connection connection, String database, List<Setting> settings) throws SQLException {
        List<String> lost = new ArrayList<>();
        for (Setting setting : settings) {
            connection.setAutoCommit(false);
            try {
                set(connection, database, setting);
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                if (ServerFaults.state(e).startsWith("08")) {
                    throw e;
                }
                lost.add(lost(setting, String.valueOf(e.getMessage())));
            } finally {
                connection.setAutoCommit(true);
            }
        }
        return lost;
    }

    /** How it is told that a setting is lost. */
    static String lost(Setting setting, String why) {
        String role = setting.role();
        return "the setting " + setting.name() + (role == null ? "" : " for the role " + role)
                + " can not be carried over: " + why;
    }

    /** Gives a database these privileges and no others, in the connection's transaction. */
    static void privileges(Connection connection, String database, String acl) throws SQLException {
        revokeAll(connection, database);
        List<String> grants = DatabaseCatalog.texts(
                connection,
                "SELECT 'GRANT ' || privilege_type || ' ON DATABASE ' || ?::text || ' TO '"
                        + " || CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END"
                        + " || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END"
                        + " FROM " + DatabaseCatalog.PRIVILEGES,
                Sql.name(database),
                acl);
        for (String grant : grants) {
            ServerSessions.execute(connection, grant);
        }
    }

    /** Takes all privileges on a database from everybody who has any, its owner too. */
    static void revokeAll(Connection connection, String database) throws SQLException {
        List<String> grantees = DatabaseCatalog.texts(
                connection,
                "SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END"
                        + " FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a"
                        + " WHERE d.datname = ?",
                database);
        for (String grantee : grantees) {
            ServerSessions.execute(
                    connection, "REVOKE ALL ON DATABASE " + Sql.name(database) + " FROM " + grantee + " CASCADE");
        }
    }

    private static void set(Connection connection, String database, Setting setting) throws SQLException {
        String role = setting.role();
        String target = role == null
                ? "ALTER DATABASE " + Sql.name(database)
                : "ALTER ROLE " + Sql.name(role) + " IN DATABASE " + Sql.name(database);
        String name = DOT.splitAsStream(setting.name()).map(Sql::name).collect(Collectors.joining("."));
        if (LISTS.contains(setting.name().toLowerCase(Locale.ROOT))) {
            DatabaseCatalog.texts(connection, "SELECT set_config(?, ?, true)", setting.name(), setting.value());
            ServerSessions.execute(connection, target + " SET " + name + " FROM CURRENT");
        } else {
            ServerSessions.execute(connection, target + " SET " + name + " TO " + Sql.text(setting.value()));
        }
    }
}
