package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The roles of a cluster, out of what pg_dumpall wrote of it: their attributes and memberships, and its tablespaces, each
 * as a folder inside the new cluster. All else is left out: a setting of a role may name a library that only the old
 * machine has, and a tablespace's own folder may be that of a server that runs.
 */
final class RoleScript {
    private static final int LARGEST = 64 * 1024 * 1024;
    private static final String NAME = "(?:\"(?:[^\"]|\"\")+\"|[a-z_0-9$\\x80-\\xff]+)";
    private static final Pattern ROLE =
            Pattern.compile("CREATE ROLE " + NAME + ";|ALTER ROLE " + NAME + " WITH .*;", Pattern.DOTALL);

    /** A role is made; the group is its name. */
    static final Pattern CREATED = Pattern.compile("CREATE ROLE (" + NAME + ");");

    /** A role gets its attributes or a setting; the group is its name. */
    static final Pattern ALTERED = Pattern.compile("ALTER ROLE (" + NAME + ") (?:WITH|SET) .*;", Pattern.DOTALL);

    /**
     * A membership. The first group is all but who granted it: that one must have been allowed to, and a new cluster has
     * another first superuser. Then the role and its member.
     */
    static final Pattern MEMBERSHIP = Pattern.compile(
            "(GRANT (" + NAME + ") TO (" + NAME + ")(?: WITH [A-Z, ]+?)?)(?: GRANTED BY " + NAME + ")?;");

    private static final Pattern TABLESPACE =
            Pattern.compile("(CREATE TABLESPACE " + NAME + " OWNER " + NAME + ") LOCATION .*;", Pattern.DOTALL);
    private static final Pattern PRIVILEGE = Pattern.compile("(?:GRANT|REVOKE) [A-Z]+ ON TABLESPACE " + NAME
            + " (?:TO|FROM) (?:PUBLIC|" + NAME + ")(?: WITH GRANT OPTION)?;");

    private RoleScript() {}

    /**
     * The statements, in UTF-8's bytes, one a character.
     *
     * @param globals what pg_dumpall wrote
     * @throws DumpFormatException it is longer than 64 MiB or no SQL
     */
    static List<String> read(InputStream globals) throws IOException {
        List<String> wanted = new ArrayList<>();
        for (String statement : all(globals)) {
            Matcher tablespace = TABLESPACE.matcher(statement);
            Matcher membership = MEMBERSHIP.matcher(statement);
            if (tablespace.matches()) {
                wanted.add("SET allow_in_place_tablespaces = on; " + tablespace.group(1) + " LOCATION '';");
            } else if (membership.matches()) {
                wanted.add(membership.group(1) + ";");
            } else if (ROLE.matcher(statement).matches()
                    || PRIVILEGE.matcher(statement).matches()) {
                wanted.add(statement);
            }
        }
        return wanted;
    }

    /** All statements, in the same form. */
    static List<String> all(InputStream globals) throws IOException {
        byte[] bytes = globals.readNBytes(LARGEST + 1);
        if (bytes.length > LARGEST) {
            throw new DumpFormatException("the roles have more than " + LARGEST + " bytes");
        }
        return Statements.of(bytes);
    }

    /**
     * The same where nothing but the roles' names is known: they are made, and the one that restores is a member of them, as
     * it has to be to give them what is theirs.
     *
     * @param restoring the role that restores
     */
    static List<String> of(DatabaseFacts facts, String restoring) {
        Set<String> roles = new TreeSet<>(facts.roles());
        roles.add(facts.owner());
        roles.add(restoring);
        List<String> all = new ArrayList<>();
        roles.forEach(role -> all.add(bytes("CREATE ROLE " + Sql.name(role) + ";")));
        all.addAll(memberships(facts, restoring));
        return all;
    }

    /** What a role that is no superuser needs to give each its own. */
    static List<String> memberships(DatabaseFacts facts, String restoring) {
        Set<String> roles = new TreeSet<>(facts.roles());
        roles.add(facts.owner());
        roles.remove(restoring);
        return roles.stream()
                .map(role -> bytes("GRANT " + Sql.name(role) + " TO " + Sql.name(restoring) + ";"))
                .toList();
    }

    private static String bytes(String sql) {
        return new String(sql.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Cuts SQL into its statements, each with its semicolon. */
    private static final class Statements implements SqlLexer.Listener {
        private final byte[] sql;
        private final List<String> all = new ArrayList<>();
        private int begin;

        private Statements(byte[] sql) {
            this.sql = sql;
        }

        static List<String> of(byte[] sql) throws DumpFormatException {
            Statements statements = new Statements(sql);
            SqlLexer lexer = new SqlLexer(statements);
            int position = 0;
            while (position < sql.length) {
                position = lexer.step(sql, position, sql.length);
            }
            return statements.all;
        }

        @Override
        public void statementBegins(int position, boolean startsLine) {
            begin = position;
        }

        @Override
        public void statementEnds(byte[] piece, int position) {
            ByteArrayOutputStream statement = new ByteArrayOutputStream();
            statement.write(sql, begin, position + 1 - begin);
            all.add(statement.toString(StandardCharsets.ISO_8859_1));
        }

        @Override
        public void lineComment(byte[] comment, int length) {
            // Between statements, and so of no use here.
        }
    }
}
