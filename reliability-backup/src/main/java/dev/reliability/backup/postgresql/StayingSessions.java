package dev.reliability.backup.postgresql;

import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * The sessions of a database that {@link SessionEnder} will not end, as this role may not or as they are of a kind that
 * comes back at once: while they are there the database can not be renamed. Known by rights alone, so that nobody's session
 * has to end to find it out.
 */
final class StayingSessions {
    /** As long as the rename itself would wait, less what the answer takes. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    /** A parallel worker ends with its leader; autovacuum, which has no role, gives way to a rename by itself. */
    private static final String NAMED = """
            WITH here AS (
                SELECT a.pid, r.rolname, r.rolsuper, a.application_name,
                       coalesce(a.backend_type, 'client backend') AS kind,
                       (pg_has_role(r.oid, 'USAGE') OR pg_has_role('pg_signal_backend', 'USAGE'))
                       AND (NOT r.rolsuper OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)) AS endable
                FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid
                WHERE a.datid = ?::oid AND a.pid <> pg_backend_pid())
            SELECT 'the session ' || pid || ' of ' || rolname || ' (' || kind
                   || CASE WHEN coalesce(application_name, '') = '' THEN '' ELSE ', ' || application_name END
                   || ') is connected, and '
                   || CASE WHEN kind <> 'client backend' THEN 'a restore ends none of this kind: stop what it works for'
                           WHEN rolsuper THEN 'the role ' || current_user || ' may not end it: have a superuser end it'
                           ELSE 'the role ' || current_user || ' may not end it: have a superuser end it, or GRANT'
                                || ' pg_signal_backend TO ' || quote_ident(current_user) END
            FROM here
            WHERE kind <> 'parallel worker' AND NOT (kind = 'client backend' AND endable)
            ORDER BY pid LIMIT 50""";

    private StayingSessions() {}

    /** Those of now, a sentence each. */
    static List<String> now(Connection connection, long database) throws SQLException {
        return DatabaseCatalog.texts(connection, NAMED, database);
    }

    /**
     * Those that are there all the time: what only looks in now and then, as monitoring does, is in nobody's way.
     *
     * @throws IOException the thread was interrupted
     */
    static List<String> await(Connection connection, long database, TimeSource time) throws SQLException, IOException {
        long start = time.nanoTime();
        List<String> staying = now(connection, database);
        while (!staying.isEmpty() && time.since(start).compareTo(PATIENCE) < 0) {
            if (Thread.currentThread().isInterrupted()) {
                throw Interrupts.during("waiting for the end of other sessions");
            }
            Pauses.pause();
            staying = now(connection, database);
        }
        return staying;
    }
}
