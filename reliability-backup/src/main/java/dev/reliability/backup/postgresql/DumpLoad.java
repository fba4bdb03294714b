package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts.TableFacts;
import dev.reliability.core.backup.BackupException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Loads a dump into a database, and returns only if everything that arrived was looked at: in one transaction that is
 * committed then; or, into a database that nobody uses yet, in pieces that are looked at while the next ones are loaded.
 *
 * <h2>What keeps a half load from being committed</h2>
 *
 * <ul>
 *   <li>The last {@code COMMIT} is sent after every byte was read, the trailer was seen, the lengths, rows and digests were
 *       compared with the manifest, and the rows were read back from the database and compared again. A stream that ends
 *       earlier, because this process was killed too, ends psql's session, and the server rolls back.
 *   <li>A {@code COMMIT} in the dump itself fails: a temporary table's deferred foreign key is violated until our own
 *       last statements.
 *   <li>After a {@code ROLLBACK} in the dump nothing can be written: the session's own transactions are read only.
 * </ul>
 *
 * None of it stops SQL that means harm (facts: three ways around); the signature of the backup does.
 */
final class DumpLoad {
    private static final String GUARD = "pg_temp.reliability_guard";
    private static final String BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;";
    private static final String VIOLATE = "INSERT INTO " + GUARD + " VALUES (1, 2);";
    private static final String SATISFY = "DELETE FROM " + GUARD + ";";
    private static final String COMMIT = SATISFY + " " + ServerSessions.DURABLE + "; COMMIT;";

    /** It need not come to the disk: the last one does, and all in front of it with it. */
    private static final String COMMIT_PIECE =
            "SET LOCAL synchronous_commit = off; " + SATISFY + " COMMIT; " + BEGIN + " " + VIOLATE;

    private static final String OPEN =
            BEGIN + "\n" + "CREATE TEMPORARY TABLE reliability_guard (id int PRIMARY KEY, parent int NOT NULL"
                    + " REFERENCES reliability_guard (id) DEFERRABLE INITIALLY DEFERRED);\n" + VIOLATE;

    /**
     * Behind the dump of a database that goes live. A plain ANALYZE also asks the servers of foreign tables that are
     * partitions or children of our tables.
     */
    static final String ANALYZE = """
            DO $reliability$
            DECLARE
                local regclass;
            BEGIN
                FOR local IN
                    WITH RECURSIVE with_foreign (id) AS (
                        SELECT oid FROM pg_catalog.pg_class WHERE relkind = 'f'
                        UNION SELECT inhparent FROM pg_catalog.pg_inherits JOIN with_foreign ON inhrelid = id)
                    SELECT oid FROM pg_catalog.pg_class
                    WHERE relkind IN ('r', 'm', 'p') AND relpersistence <> 't'
                      AND oid NOT IN (SELECT id FROM with_foreign) LOOP
                    EXECUTE pg_catalog.format('ANALYZE %s', local);
                END LOOP;
            END $reliability$;
            """;

    private final ServerAddress server;
    private final Path psql;
    private final String database;
    private final RestoreRequest request;

    DumpLoad(ServerAddress server, Path psql, String database, RestoreRequest request) {
        this.server = server;
        this.psql = psql;
        this.database = database;
        this.request = request;
    }

    /** What was loaded. */
    record Loaded(int tables, long rows, long bytes) {}

    /** Called when nothing is left to do but COMMIT. */
    interface BeforeCommit {
        /**
         * Tells what is about to be committed.
         *
         * @param transaction its id, which the server can be asked about later
         */
        void call(Loaded loaded, String transaction) throws IOException;
    }

    /**
     * Loads it in one transaction: all is there afterwards, or nothing.
     *
     * @param before SQL in front of the dump, in its transaction; may be empty
     * @param after the same behind it
     */
    Loaded run(String before, String after, BeforeCommit beforeCommit) throws IOException {
        return run(null, before, after, beforeCommit);
    }

    /**
     * Loads it into an empty database that is dropped if this throws.
     *
     * @param after SQL behind the dump; may be empty
     */
    Loaded intoNewDatabase(String after) throws IOException {
        // What nobody vouches for gets as little committed as possible. And who knows in what encoding a dump without a
        // manifest names its tables?
        if (!request.trusted() || request.facts() == null) {
            return run("", after, (loaded, transaction) -> {});
        }
        try (EarlyReadBack early = EarlyReadBack.open(server, psql, database, request.operation(), COMMIT_PIECE)) {
            return run(early, "", after, (loaded, transaction) -> {});
        }
    }

    private Loaded run(@Nullable EarlyReadBack early, String before, String after, BeforeCommit beforeCommit)
            throws IOException {
        try (PsqlSession session = PsqlSession.open(server, psql, database, request.operation())) {
            session.line(OPEN);
            if (!before.isEmpty()) {
                session.line(before);
            }
            ValueStatement values = new ValueStatement();
            DumpCopy copy = feed(session, DumpCopy.forPsql(values), early);
            LoadComparison comparison = new LoadComparison(request, copy);
            comparison.requireWholeDump();
            session.send("SET client_min_messages = error; SET row_security = off; " + after + SessionSettings.sql());
            comparison.requireWholeDatabase(session, values, early);
            List<TableFacts> tables = copy.scanner().tables();
            long rows = tables.stream().mapToLong(TableFacts::rows).sum();
            Loaded loaded = new Loaded(tables.size(), rows, copy.bytes());
            beforeCommit.call(loaded, session.value("pg_current_xact_id()"));
            session.send(COMMIT);
            session.sync();
            session.finish();
            return loaded;
        }
    }

    private DumpCopy feed(PsqlSession session, DumpCopy copy, @Nullable EarlyReadBack early) throws IOException {
        try (LoadListener listener = LoadListener.start(session);
                InputStream dump = request.dump().open()) {
            copy.copy(
                    dump,
                    session.input(),
                    bytes -> {
                        requireExpected(bytes);
                        request.bytesSoFar().accept(bytes);
                    },
                    header -> early == null ? "" : early.afterRows(header, copy.bytes(), listener));
            if (early != null) {
                session.send(early.atEnd());
            }
            listener.end();
        } catch (ChildGoneException gone) {
            throw session.failure(gone);
        } catch (DumpFormatException notWhole) {
            throw new BackupException.Damaged(String.valueOf(notWhole.getMessage()), notWhole);
        }
        return copy;
    }

    /** As early as it shows: the rest could be of any length. */
    private void requireExpected(long bytes) {
        if (request.plainBytes() >= 0 && bytes > request.plainBytes()) {
            throw new BackupException.Damaged(
                    "the dump has more bytes than the " + request.plainBytes()
                            + " that it had when it was written, or first read",
                    null);
        }
    }
}
