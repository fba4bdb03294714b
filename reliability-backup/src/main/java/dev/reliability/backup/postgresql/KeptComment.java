package dev.reliability.backup.postgresql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The comment of a database that a restore replaced: names are cut and can be chosen by anybody, so this says what it is.
 *
 * @param live the quoted name that it had
 */
record KeptComment(String operation, Instant since, long bytes, String live) {
    private static final Pattern FORM = Pattern.compile(
            "reliability: replaced by the restore (\\S+) at (\\S+), (-?\\d+) bytes, was (\".*\")", Pattern.DOTALL);

    /** The comment to write now, by the server's clock. */
    static String now(Connection connection, String operation, long bytes, String live) throws SQLException {
        String at = DatabaseCatalog.texts(
                        connection,
                        "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")
                .get(0);
        return "reliability: replaced by the restore " + operation + " at " + at + ", " + bytes + " bytes, was "
                + Sql.name(live);
    }

    static Optional<KeptComment> parse(String comment) {
        Matcher matcher = FORM.matcher(comment);
        return matcher.matches()
                ? Optional.of(new KeptComment(
                        matcher.group(1),
                        Instant.parse(matcher.group(2)),
                        Long.parseLong(matcher.group(3)),
                        matcher.group(4)))
                : Optional.empty();
    }

    boolean isOf(String database) {
        return live.equals(Sql.name(database));
    }
}
