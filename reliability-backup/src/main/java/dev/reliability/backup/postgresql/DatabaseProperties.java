package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.backup.manifest.DatabaseFacts.Setting;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What makes a database beside its contents.
 *
 * @param oid 0 if it is none of this server
 * @param localeProvider {@code c}, {@code i} or {@code b}
 * @param acl as PostgreSQL prints it, the default written out
 * @param bytes its size; -1 if this role may not ask
 */
record DatabaseProperties(
        long oid,
        String name,
        String encoding,
        String collate,
        String ctype,
        String localeProvider,
        @Nullable String locale,
        String owner,
        String acl,
        int connectionLimit,
        @Nullable String comment,
        List<Setting> settings,
        long bytes) {

    /** What a backup says. */
    static DatabaseProperties of(DatabaseFacts facts) {
        return new DatabaseProperties(
                0,
                facts.name(),
                facts.encoding(),
                facts.collate(),
                facts.ctype(),
                facts.localeProvider(),
                facts.icuLocale(),
                facts.owner(),
                facts.acl(),
                facts.connectionLimit(),
                facts.comment(),
                facts.settings(),
                facts.databaseBytes());
    }

    /** What CREATE DATABASE makes if it is told nothing. */
    static DatabaseProperties ofNew(Connection connection, String database) throws SQLException {
        DatabaseProperties template = read(connection, "template0");
        if (template == null) {
            throw new SQLException("the server has no template0", "3D000");
        }
        String owner = DatabaseCatalog.texts(connection, "SELECT current_user").get(0);
        String acl = DatabaseCatalog.texts(
                        connection, "SELECT acldefault('d', oid)::text FROM pg_roles WHERE rolname = current_user")
                .get(0);
        return new DatabaseProperties(
                0,
                database,
                template.encoding,
                template.collate,
                template.ctype,
                template.localeProvider,
                template.locale,
                owner,
                acl,
                -1,
                null,
                List.of(),
                -1);
    }

    /**
     * What a restored database is to be like; of a file without a manifest only its contents are known.
     *
     * @param facts of the manifest; null if there is none
     * @param live what is there now; null if nothing is
     */
    static DatabaseProperties ofRestored(
            Connection connection, String database, @Nullable DatabaseFacts facts, @Nullable DatabaseProperties live)
            throws SQLException {
        if (facts != null) {
            return of(facts);
        }
        return live == null ? ofNew(connection, database) : live;
    }

    /** What a database of the server has now, asked from any other; null if it is not there. */
    static @Nullable DatabaseProperties read(Connection connection, String database) throws SQLException {
        int major = ServerSessions.major(connection);
        String provider = major >= 15 ? "datlocprovider::text" : "'c'";
        String locale = major >= 17 ? "datlocale" : major >= 15 ? "daticulocale" : "NULL";
        String query = "SELECT oid, pg_encoding_to_char(encoding) AS encoding, datcollate, datctype, " + provider
                + " AS provider, " + locale + " AS locale, pg_get_userbyid(datdba) AS owner,"
                + " coalesce(datacl, acldefault('d', datdba))::text AS acl, datconnlimit,"
                + " shobj_description(oid, 'pg_database') AS comment,"
                + " CASE WHEN has_database_privilege(oid, 'CONNECT') THEN pg_database_size(oid) ELSE -1 END AS bytes"
                + " FROM pg_database WHERE datname = ?";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, database);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                return new DatabaseProperties(
                        row.getLong("oid"),
                        database,
                        row.getString("encoding"),
                        row.getString("datcollate"),
                        row.getString("datctype"),
                        row.getString("provider"),
                        row.getString("locale"),
                        row.getString("owner"),
                        row.getString("acl"),
                        row.getInt("datconnlimit"),
                        row.getString("comment"),
                        DatabaseCatalog.settings(connection, database),
                        row.getLong("bytes"));
            }
        }
    }

    /** The same, of use to others again. */
    DatabaseProperties openedTo(String privileges, int connections, @Nullable String words) {
        return new DatabaseProperties(
                oid,
                name,
                encoding,
                collate,
                ctype,
                localeProvider,
                locale,
                owner,
                privileges,
                connections,
                words,
                settings,
                bytes);
    }

    /** How to create an empty database like this one. */
    String createSql(String newName, int connections, int serverMajor) {
        StringBuilder sql = new StringBuilder("CREATE DATABASE " + Sql.name(newName) + " OWNER " + Sql.name(owner)
                + " TEMPLATE template0 ENCODING " + Sql.text(encoding) + " LC_COLLATE " + Sql.text(collate)
                + " LC_CTYPE " + Sql.text(ctype));
        if (serverMajor >= 15) {
            switch (localeProvider) {
                case "i" -> sql.append(" LOCALE_PROVIDER icu ICU_LOCALE ").append(Sql.text(String.valueOf(locale)));
                case "b" ->
                    sql.append(" LOCALE_PROVIDER builtin BUILTIN_LOCALE ").append(Sql.text(String.valueOf(locale)));
                default -> sql.append(" LOCALE_PROVIDER libc");
            }
        }
        return sql + " CONNECTION LIMIT " + connections;
    }

    /** The same where the server has no such locale: with rows of the same bytes, in another order. */
    String createPlainSql(String newName, int serverMajor) {
        return new DatabaseProperties(
                        oid, name, encoding, "C", "C", "c", null, owner, acl, connectionLimit, comment, settings, bytes)
                .createSql(newName, -1, serverMajor);
    }
}
