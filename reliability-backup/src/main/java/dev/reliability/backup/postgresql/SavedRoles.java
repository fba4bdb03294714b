package dev.reliability.backup.postgresql;

import dev.reliability.core.backup.BackupException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;

/**
 * The roles that a full backup saved, made anew on a server that lacks them, as after the loss of the whole server. Roles
 * that are there stay as they are, whatever the backup says of them. Passwords are not saved. Tablespaces are left out:
 * where they may lie is the new server's business.
 */
public final class SavedRoles {
    private final PostgreSQLConfig config;
    private final ServerSessions sessions;
    private final WhenMade whenMade;

    /** What is done with a role that was made, as one without a password can not log in. */
    @FunctionalInterface
    public interface WhenMade {
        /**
         * Called for each in turn when all were made, before that is committed.
         *
         * @param connection in the transaction that made it; not to be committed or closed
         * @param role its name
         * @throws SQLException undoes all
         */
        void made(Connection connection, String role) throws SQLException;
    }

    /**
     * Opens nothing yet.
     *
     * @param config of a role that may create all of them, such as a superuser; its database need not exist
     */
    public SavedRoles(PostgreSQLConfig config, WhenMade whenMade) {
        this.config = config;
        this.sessions = new ServerSessions(config);
        this.whenMade = whenMade;
    }

    /**
     * Makes those that are missing, with their attributes, settings and memberships, in one transaction.
     *
     * @param globals what pg_dumpall wrote of them; its SQL is run, so it has to be one of ours
     * @return the names of those that were made, in the order of the backup
     * @throws BackupException.Refused the role may not make them
     * @throws BackupException.Unavailable the server can not be reached, or refuses the password
     * @throws IOException the roles can not be read
     */
    public List<String> create(InputStream globals) throws IOException {
        List<String> statements = RoleScript.all(globals).stream()
                .map(bytes -> new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                .toList();
        try (Connection connection = sessions.openMaintenance("reliability")) {
            connection.setAutoCommit(false);
            List<String> made = create(connection, statements);
            for (String role : made) {
                whenMade.made(connection, role);
            }
            connection.commit();
            return made;
        } catch (SQLException e) {
            if (ServerFaults.state(e).equals("42501")) {
                throw new BackupException.Refused(
                        "the roles of the backup are not made",
                        List.of("the role " + config.user() + " may not: " + e.getMessage()));
            }
            throw ServerFaults.statement("making the roles of the backup", e);
        }
    }

    private static List<String> create(Connection connection, List<String> statements) throws SQLException {
        Set<String> there = existing(connection);
        List<String> made = new ArrayList<>();
        for (String statement : statements) {
            Matcher created = RoleScript.CREATED.matcher(statement);
            Matcher altered = RoleScript.ALTERED.matcher(statement);
            Matcher membership = RoleScript.MEMBERSHIP.matcher(statement);
            if (created.matches() && !there.contains(plain(created.group(1)))) {
                ServerSessions.execute(connection, statement);
                made.add(plain(created.group(1)));
            } else if (altered.matches() && made.contains(plain(altered.group(1)))) {
                ServerSessions.execute(connection, statement);
            } else if (membership.matches()
                    && (made.contains(plain(membership.group(2))) || made.contains(plain(membership.group(3))))) {
                ServerSessions.execute(connection, membership.group(1));
            }
        }
        return made;
    }

    private static Set<String> existing(Connection connection) throws SQLException {
        Set<String> names = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet role = statement.executeQuery("SELECT rolname FROM pg_catalog.pg_roles")) {
            while (role.next()) {
                names.add(role.getString(1));
            }
        }
        return names;
    }

    private static String plain(String name) {
        return name.startsWith("\"") ? name.substring(1, name.length() - 1).replace("\"\"", "\"") : name;
    }
}
