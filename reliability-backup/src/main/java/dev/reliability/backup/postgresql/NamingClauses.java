package dev.reliability.backup.postgresql;

import dev.reliability.backup.postgresql.DumpNames.Use;
import java.util.List;

/** Finds the roles and extensions that a statement names, as pg_dump and pg_restore write them. */
final class NamingClauses {
    /** They stand where a role's name may, and are none. */
    private static final List<String> NO_ROLES = List.of("PUBLIC", "CURRENT_ROLE", "CURRENT_USER", "SESSION_USER");

    private final SqlTokens sql;
    private final NamingStatement found;

    NamingClauses(SqlTokens sql, NamingStatement found) {
        this.sql = sql;
        this.found = found;
    }

    void read() {
        if (sql.words(0, "ALTER", "DEFAULT", "PRIVILEGES")) {
            if (sql.words(3, "FOR")) {
                roles(Use.OWNER, 5);
            }
            privileges(3);
        } else if (sql.words(0, "ALTER")) {
            if (sql.words(sql.size() - 3, "OWNER", "TO")) {
                roles(Use.OWNER, sql.size() - 1);
            }
        } else if (sql.words(0, "GRANT") || sql.words(0, "REVOKE")) {
            privileges(1);
        } else if (sql.words(0, "SET", "SESSION", "AUTHORIZATION")) {
            if (!sql.words(3, "DEFAULT")) {
                roles(Use.SESSION, 3);
            }
        } else {
            create();
        }
    }

    private void create() {
        if (sql.words(1, "EXTENSION")) {
            String extension = sql.name(sql.words(2, "IF", "NOT", "EXISTS") ? 5 : 2);
            if (extension != null) {
                found.names(Use.EXTENSION, extension);
            }
        } else if (sql.words(1, "POLICY")) {
            rolesAfter("TO", Use.SUBJECT, 2);
        } else if (sql.words(1, "SCHEMA")) {
            rolesAfter("AUTHORIZATION", Use.OWNER, 2);
        } else if (sql.words(1, "USER", "MAPPING")) {
            rolesAfter("FOR", Use.SUBJECT, 3);
        } else {
            String role = sql.name(2);
            if (role != null) {
                found.makes(role);
            }
        }
    }

    private void privileges(int from) {
        int on = sql.find("ON", from);
        if (on >= 0) {
            rolesAfter("TO", Use.GRANTEE, on);
            rolesAfter("FROM", Use.GRANTEE, on);
        }
    }

    private void rolesAfter(String word, Use use, int from) {
        int position = sql.find(word, from);
        if (position >= 0) {
            roles(use, position + 1);
        }
    }

    /** A list of roles, from here on. */
    private void roles(Use use, int from) {
        int position = from;
        do {
            int here = position;
            String role = sql.name(here);
            if (role != null && NO_ROLES.stream().noneMatch(none -> sql.words(here, none))) {
                found.names(use, role);
            }
            position += 2;
        } while (sql.sign(position - 1, ','));
    }
}
