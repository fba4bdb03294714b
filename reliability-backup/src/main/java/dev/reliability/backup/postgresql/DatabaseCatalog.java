package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.backup.manifest.DatabaseFacts.DumpRole;
import dev.reliability.backup.manifest.DatabaseFacts.Setting;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads from PostgreSQL's catalogs what a dump does not carry, and what a restored database is compared by. */
final class DatabaseCatalog {
    /** Sequences that a dump creates. */
    static final String SEQUENCES =
            "SELECT count(*) FROM pg_catalog.pg_class WHERE relkind = 'S' AND relpersistence <> 't'";

    /** Large objects; who may not read them may still count them. */
    static final String LARGE_OBJECTS = "SELECT count(*) FROM pg_catalog.pg_largeobject_metadata";

    /** The entries of privileges that are a parameter, as text. The server refuses the text that it prints where there are none. */
    static final String PRIVILEGES = "aclexplode(nullif(?::text, '{}')::aclitem[])";

    private static final String SETTINGS = """
            SELECT CASE s.setrole WHEN 0 THEN NULL ELSE pg_get_userbyid(s.setrole) END,
                   split_part(entry, '=', 1), substr(entry, strpos(entry, '=') + 1)
            FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) AS entry
            WHERE d.datname = ?
            ORDER BY 1 NULLS FIRST, 2""";

    /** Owners and grantees are recorded as dependencies; but those of the first superuser are not. */
    private static final String ROLES = """
            WITH here AS (SELECT oid, datdba, coalesce(datacl, acldefault('d', datdba)) AS acl
                          FROM pg_database WHERE datname = current_database())
            SELECT DISTINCT rolname FROM pg_roles WHERE oid IN (
                SELECT datdba FROM here
                UNION SELECT grantee FROM here, aclexplode(here.acl)
                UNION SELECT refobjid FROM pg_shdepend, here
                      WHERE refclassid = 'pg_authid'::regclass AND dbid = here.oid AND deptype IN ('o', 'a', 'r')
                UNION SELECT relowner FROM pg_class WHERE oid >= 16384 AND relpersistence <> 't'
                UNION SELECT proowner FROM pg_proc WHERE oid >= 16384
                UNION SELECT nspowner FROM pg_namespace WHERE oid >= 16384 AND nspname NOT LIKE 'pg\\_%')
            AND rolname NOT LIKE 'pg\\_%'
            ORDER BY 1""";

    private DatabaseCatalog() {}

    /** The facts of the connection's own database, without its tables. */
    static DatabaseFacts read(Connection connection, String database, String dumpVersion) throws SQLException {
        DatabaseProperties properties = DatabaseProperties.read(connection, database);
        if (properties == null) {
            throw new SQLException("the database " + database + " is gone", "3D000");
        }
        String version =
                texts(connection, "SELECT current_setting('server_version')").get(0);
        return new DatabaseFacts(
                database,
                version.split(" ", 2)[0],
                dumpVersion,
                dumpRole(connection),
                properties.encoding(),
                properties.collate(),
                properties.ctype(),
                properties.localeProvider(),
                properties.locale(),
                properties.owner(),
                properties.acl(),
                properties.connectionLimit(),
                properties.comment(),
                properties.settings(),
                texts(connection, "SELECT extname || ' ' || extversion FROM pg_extension ORDER BY 1"),
                texts(connection, ROLES),
                List.of(),
                number(connection, SEQUENCES),
                number(connection, LARGE_OBJECTS),
                properties.bytes(),
                ServerPosition.read(connection),
                null);
    }

    private static DumpRole dumpRole(Connection connection) throws SQLException {
        return new DumpRole(texts(connection, "SELECT current_user").get(0), isSuperuser(connection));
    }

    /** Whether the connection's role is one. */
    static boolean isSuperuser(Connection connection) throws SQLException {
        return isTrue(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user");
    }

    /** The settings of a database, those for one role included. */
    static List<Setting> settings(Connection connection, String database) throws SQLException {
        List<Setting> settings = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(SETTINGS)) {
            statement.setString(1, database);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    settings.add(new Setting(rows.getString(1), rows.getString(2), rows.getString(3)));
                }
            }
        }
        return settings;
    }

    /** The first column of all rows. */
    static List<String> texts(Connection connection, String sql, Object... parameters) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    texts.add(rows.getString(1));
                }
            }
        }
        return texts;
    }

    /** The first column of the first row; null if there is none. */
    static @Nullable String text(Connection connection, String sql, Object... parameters) throws SQLException {
        List<String> texts = texts(connection, sql, parameters);
        return texts.isEmpty() ? null : texts.get(0);
    }

    /** A number that is always there. */
    static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Whether the query has a row that begins with true. */
    static boolean isTrue(Connection connection, String sql, Object... parameters) throws SQLException {
        return "t".equals(text(connection, sql, parameters));
    }
}
