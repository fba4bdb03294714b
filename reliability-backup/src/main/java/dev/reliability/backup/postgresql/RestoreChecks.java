package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds out, before anything is touched, why a restore would fail or should not be done. Each reason is a sentence. */
final class RestoreChecks {
    private static final int MOST_OBJECTS = 50;
    private static final String UNDEFINED_OBJECT = "42704";

    /** Everything that has an owner and is not PostgreSQL's own. What belongs to an extension goes with it. */
    private static final String FOREIGN_OBJECTS = """
            WITH objects (class, id, owner) AS (
                SELECT 'pg_class'::regclass, oid, relowner FROM pg_class WHERE relkind <> 't' AND relpersistence <> 't'
                UNION ALL SELECT 'pg_proc'::regclass, oid, proowner FROM pg_proc
                UNION ALL SELECT 'pg_type'::regclass, oid, typowner FROM pg_type WHERE typrelid = 0 AND typelem = 0
                UNION ALL SELECT 'pg_namespace'::regclass, oid, nspowner FROM pg_namespace
                          WHERE nspname NOT LIKE 'pg\\_%'
                UNION ALL SELECT 'pg_extension'::regclass, oid, extowner FROM pg_extension
                UNION ALL SELECT 'pg_operator'::regclass, oid, oprowner FROM pg_operator
                UNION ALL SELECT 'pg_collation'::regclass, oid, collowner FROM pg_collation
                UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgowner FROM pg_ts_config
                UNION ALL SELECT 'pg_ts_dict'::regclass, oid, dictowner FROM pg_ts_dict
                UNION ALL SELECT 'pg_statistic_ext'::regclass, oid, stxowner FROM pg_statistic_ext
                UNION ALL SELECT 'pg_publication'::regclass, oid, pubowner FROM pg_publication
                UNION ALL SELECT 'pg_event_trigger'::regclass, oid, evtowner FROM pg_event_trigger
                UNION ALL SELECT 'pg_foreign_server'::regclass, oid, srvowner FROM pg_foreign_server
                UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid, fdwowner FROM pg_foreign_data_wrapper)
            SELECT pg_describe_object(class, id, 0) || ' belongs to ' || pg_get_userbyid(owner)
            FROM objects o
            WHERE id >= 16384 AND NOT pg_has_role(owner, 'USAGE')
              AND NOT EXISTS (SELECT FROM pg_depend d
                              WHERE d.classid = o.class AND d.objid = o.id AND d.deptype IN ('e', 'i'))
            UNION ALL SELECT 'large object ' || oid || ' belongs to ' || pg_get_userbyid(lomowner)
            FROM pg_largeobject_metadata WHERE NOT pg_has_role(lomowner, 'USAGE')
            ORDER BY 1""";

    private RestoreChecks() {}

    /**
     * Why no restore by this role may load the dump.
     *
     * @param facts null for a dump without a manifest
     * @param names what such a dump names
     */
    static List<String> general(
            Connection connection,
            PostgreSQLConfig config,
            @Nullable DatabaseFacts facts,
            DumpNames names,
            boolean trusted)
            throws SQLException {
        List<String> reasons = new ArrayList<>();
        if (!trusted) {
            List<String> held = MachineRights.held(connection);
            if (!held.isEmpty()) {
                reasons.add("the dump is not signed by us, and the role " + config.user() + " has, or can take, the"
                        + " rights of the " + held.get(0) + ": its SQL could reach the server's machine; use a role"
                        + " that can not");
            }
        }
        reasons.addAll(ForeignChecks.reasons(connection, config, names));
        if (facts == null) {
            return reasons;
        }
        int major = ServerSessions.major(connection);
        if (facts.serverMajor() > major) {
            reasons.add("the backup is of PostgreSQL " + facts.serverMajor() + ", and the server is " + major
                    + ": it does not know all of its SQL");
        }
        for (String role : facts.roles()) {
            if (!exists(connection, role)) {
                reasons.add("the role " + role + " owns something in the backup or is named in its privileges, and the"
                        + " server does not have it: CREATE ROLE " + Sql.name(role));
            }
        }
        for (Extension extension : Extension.of(facts)) {
            if (extension.available(connection) == null) {
                reasons.add("the backup has the extension " + extension.name() + " " + extension.version()
                        + ", and the server does not have its files: install the package that brings it");
            }
        }
        return reasons;
    }

    /**
     * Why the live switch can not be done.
     *
     * @param live null if there is no live database
     * @param wanted what the new database is made like
     */
    static List<String> liveSwitch(
            Connection connection,
            PostgreSQLConfig config,
            @Nullable DatabaseProperties live,
            DatabaseProperties wanted)
            throws SQLException {
        List<String> reasons = new ArrayList<>();
        String user = config.user();
        if (!mayRename(connection)) {
            reasons.add("the role " + user + " may not create databases: ALTER ROLE " + Sql.name(user)
                    + " CREATEDB, or restore in place");
        }
        reasons.addAll(ConnectionRoom.lack(connection));
        if (exists(connection, wanted.owner()) && !isMember(connection, wanted.owner())) {
            reasons.add("the backup's database belongs to " + wanted.owner() + ", and the role " + user
                    + " is no member of it");
        }
        if (live == null) {
            return reasons;
        }
        reasons.addAll(renaming(connection, config, live));
        return reasons;
    }

    /**
     * Why a kept database can not be put back.
     *
     * @param live null if there is no live database
     * @param acl the privileges that it gets back
     */
    static List<String> switchBack(
            Connection connection,
            PostgreSQLConfig config,
            @Nullable DatabaseProperties live,
            DatabaseProperties kept,
            String acl)
            throws SQLException {
        List<String> reasons = new ArrayList<>();
        if (!mayRename(connection)) {
            reasons.add("the role " + config.user() + " may not rename databases any more: ALTER ROLE "
                    + Sql.name(config.user()) + " CREATEDB");
        }
        reasons.addAll(renaming(connection, config, kept));
        if (live != null) {
            reasons.addAll(renaming(connection, config, live));
        }
        try {
            DatabaseCatalog.texts(connection, "SELECT 1 FROM " + DatabaseCatalog.PRIVILEGES, acl);
        } catch (SQLException e) {
            if (!ServerFaults.state(e).equals(UNDEFINED_OBJECT)) {
                throw e;
            }
            reasons.add(
                    "the database had privileges for a role that was dropped since, make it again: " + e.getMessage());
        }
        return reasons;
    }

    /** PostgreSQL lets nobody rename databases who may not create them. */
    private static boolean mayRename(Connection connection) throws SQLException {
        return DatabaseCatalog.isTrue(
                connection, "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user");
    }

    private static List<String> renaming(Connection connection, PostgreSQLConfig config, DatabaseProperties database)
            throws SQLException {
        List<String> reasons = new ArrayList<>();
        if (!isMember(connection, database.owner())) {
            reasons.add("the database " + database.name() + " belongs to " + database.owner() + ", and the role "
                    + config.user() + " is no member of it: only its owner may rename it");
        }
        reasons.addAll(holders(connection, database.name()));
        return reasons;
    }

    private static List<String> preparedTransactions(Connection connection, String database) throws SQLException {
        return DatabaseCatalog.texts(
                connection,
                "SELECT 'the prepared transaction ' || quote_literal(gid) || ' of ' || owner || ' holds the database:"
                        + " COMMIT PREPARED or ROLLBACK PREPARED it' FROM pg_prepared_xacts WHERE database = ?",
                database);
    }

    /** What keeps a database from being renamed or would be cut off by it, beside {@link StayingSessions}. */
    static List<String> holders(Connection connection, String database) throws SQLException {
        List<String> reasons = new ArrayList<>(preparedTransactions(connection, database));
        reasons.addAll(DatabaseCatalog.texts(
                connection,
                "SELECT 'the replication slot ' || slot_name || ' reads from the database and would not follow it to the"
                        + " restored one: drop it, and make it again afterwards' FROM pg_replication_slots"
                        + " WHERE database = ?",
                database));
        reasons.addAll(DatabaseCatalog.texts(
                connection,
                "SELECT 'the subscription ' || s.subname || ' would go on to write to the replaced database, and keep it"
                        + " from being dropped: drop it, and make it again afterwards' FROM pg_subscription s"
                        + " JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = ?",
                database));
        return reasons;
    }

    /** Why this database can not be emptied; the connection is its own. */
    static List<String> inPlace(Connection connection, String database) throws SQLException {
        List<String> objects = DatabaseCatalog.texts(connection, FOREIGN_OBJECTS);
        List<String> reasons = new ArrayList<>(objects.subList(0, Math.min(objects.size(), MOST_OBJECTS)));
        if (objects.size() > MOST_OBJECTS) {
            reasons.add((objects.size() - MOST_OBJECTS) + " more objects belong to other roles");
        }
        // It has locks on what is to be dropped, and keeps them for as long as nobody ends it.
        reasons.addAll(preparedTransactions(connection, database));
        reasons.addAll(DatabaseCatalog.texts(
                connection,
                "SELECT 'the subscription ' || s.subname || ' can not be dropped in a transaction: drop it first'"
                        + " FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
                        + " WHERE d.datname = current_database()"));
        return reasons;
    }

    static boolean exists(Connection connection, String role) throws SQLException {
        return DatabaseCatalog.text(connection, "SELECT 1 FROM pg_roles WHERE rolname = ?", role) != null;
    }

    private static boolean isMember(Connection connection, String role) throws SQLException {
        return DatabaseCatalog.isTrue(connection, "SELECT pg_has_role(current_user, ?, 'USAGE')", role);
    }
}
