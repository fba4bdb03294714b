package dev.reliability.backup.postgresql;

import dev.reliability.backup.postgresql.DumpNames.Use;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds out what a dump without a manifest names and this server or this role could not give it. What a role may do in
 * single schemas is left to the load: the dump itself may grant it.
 */
final class ForeignChecks {
    /** Since then a member may have been denied to become the role. */
    private static final int SET_OPTION_SINCE = 16;

    /** Its one member is the owner of the database that a session is connected to, here another than the restored one. */
    private static final String OWNER_OF_ANY = "pg_database_owner";

    private static final String WITHOUT_OWNERS =
            ", or leave owners and privileges out (pg_dump --no-owner --no-privileges; of a dump in custom format"
                    + " pg_restore --no-owner --no-privileges -f dump.sql FILE)";

    private ForeignChecks() {}

    /** Why the load would fail, a sentence each. */
    static List<String> reasons(Connection connection, PostgreSQLConfig config, DumpNames names) throws SQLException {
        List<String> reasons = new ArrayList<>();
        String user = Sql.name(config.user());
        for (String role : names.of(Use.OWNER)) {
            String grant = "GRANT " + Sql.name(role) + " TO " + user;
            if (!RestoreChecks.exists(connection, role)) {
                reasons.add("the role " + role + " owns something in the dump, and the server does not have it: CREATE"
                        + " ROLE " + Sql.name(role) + "; " + grant + WITHOUT_OWNERS);
            } else if (!mayActFor(connection, role)) {
                reasons.add("the role " + role + " owns something in the dump, and the role " + config.user()
                        + " is no member of it: " + grant + WITHOUT_OWNERS);
            }
        }
        for (String role : names.of(Use.GRANTEE)) {
            if (!names.of(Use.OWNER).contains(role) && !RestoreChecks.exists(connection, role)) {
                reasons.add("the role " + role + " is named in the dump's privileges, and the server does not have it:"
                        + " CREATE ROLE " + Sql.name(role) + WITHOUT_OWNERS);
            }
        }
        for (String role : names.of(Use.SUBJECT)) {
            if (!RestoreChecks.exists(connection, role)) {
                reasons.add("the role " + role + " is named in a policy or a user mapping of the dump, and the server"
                        + " does not have it: CREATE ROLE " + Sql.name(role));
            }
        }
        for (String role : names.of(Use.SESSION)) {
            if (!role.equals(config.user())) {
                reasons.add("the dump becomes the role " + role + " by SET SESSION AUTHORIZATION, which only a"
                        + " superuser may: make it without --use-set-session-authorization" + WITHOUT_OWNERS);
            }
        }
        for (String extension : names.of(Use.EXTENSION)) {
            if (new Extension(extension, "").available(connection) == null) {
                reasons.add("the dump has the extension " + extension
                        + ", and the server does not have its files: install the package that brings it");
            }
        }
        return reasons;
    }

    private static boolean mayActFor(Connection connection, String role) throws SQLException {
        if (role.equals(OWNER_OF_ANY)) {
            return true;
        }
        String how = ServerSessions.major(connection) >= SET_OPTION_SINCE ? "SET" : "MEMBER";
        return DatabaseCatalog.isTrue(connection, "SELECT pg_has_role(current_user, ?, ?)", role, how);
    }
}
