package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.backup.manifest.DatabaseFacts.TableFacts;
import dev.reliability.core.backup.BackupException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private static final String COMMIT = "DELETE FROM " + GUARD + "; " + ServerSessions.DURABLE + "; COMMIT;";
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

    private static final int NAMED = 5;

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
        try (EarlyReadBack early =
                EarlyReadBack.open(server, psql, database, request.operation(), COMMIT + " " + BEGIN + " " + VIOLATE)) {
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
            DumpCopy copy = feed(session, early);
            compareDump(copy);
            session.send("SET client_min_messages = error; SET row_security = off; " + after + SessionSettings.sql());
            compareDatabase(session, copy.scanner(), early);
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

    private DumpCopy feed(PsqlSession session, @Nullable EarlyReadBack early) throws IOException {
        DumpCopy copy = DumpCopy.forPsql();
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
                    "the dump has more bytes than the " + request.plainBytes() + " that were written", null);
        }
    }

    private void compareDump(DumpCopy copy) {
        if (request.plainBytes() >= 0 && request.plainBytes() != copy.bytes()) {
            throw new BackupException.Damaged(
                    "the dump has " + copy.bytes() + " bytes, " + request.plainBytes() + " were written", null);
        }
        DatabaseFacts facts = request.facts();
        if (facts != null) {
            compare("the dump", facts.tables(), copy.scanner().tables());
        }
    }

    private void compareDatabase(PsqlSession session, DumpScanner scanner, @Nullable EarlyReadBack early)
            throws IOException {
        DatabaseFacts facts = request.facts();
        List<TableFacts> inDump = scanner.tables();
        List<TableFacts> inDatabase = new ArrayList<>();
        for (CopyHeader header : scanner.headers()) {
            inDatabase.add(rows(session, header, early));
        }
        if (facts == null) {
            // Whoever made the file may have had other session settings, which change the text of the same rows.
            compare("the restored database", withoutDigests(inDump), withoutDigests(inDatabase));
            return;
        }
        compare("the restored database", inDump, inDatabase);
        compareCount("sequences", facts.sequences(), session.value(DatabaseCatalog.SEQUENCES));
        compareCount("large objects", facts.largeObjects(), session.value(DatabaseCatalog.LARGE_OBJECTS));
    }

    private static TableFacts rows(PsqlSession session, CopyHeader header, @Nullable EarlyReadBack early)
            throws IOException {
        EarlyReadBack.Found found = early == null ? null : early.found(header);
        if (found == null) {
            return ReadBack.rows(session, header);
        }
        if (!EarlyReadBack.isUnchanged(header, found, session)) {
            throw new BackupException.Damaged(
                    header.name() + " was changed by what the dump has behind its rows, which pg_dump does not write",
                    null);
        }
        return found.rows();
    }

    private static List<TableFacts> withoutDigests(List<TableFacts> tables) {
        return tables.stream()
                .map(table -> new TableFacts(table.name(), table.rows(), ""))
                .toList();
    }

    private static void compareCount(String what, long expected, String actual) {
        if (!actual.equals(Long.toString(expected))) {
            throw new BackupException.Damaged(
                    "the restored database has " + actual + " " + what + ", the manifest says " + expected, null);
        }
    }

    private static void compare(String what, List<TableFacts> expected, List<TableFacts> actual) {
        Map<String, TableFacts> found = new LinkedHashMap<>();
        actual.forEach(table -> found.put(table.name(), table));
        List<String> differences = new ArrayList<>();
        for (TableFacts table : expected) {
            TableFacts other = found.remove(table.name());
            if (other == null) {
                differences.add(table.name() + " is missing");
            } else if (other.rows() != table.rows()) {
                differences.add(table.name() + " has " + other.rows() + " rows instead of " + table.rows());
            } else if (!other.digest().equals(table.digest())) {
                differences.add(table.name() + " has other rows");
            }
        }
        found.keySet().forEach(name -> differences.add(name + " is not in the manifest"));
        if (!differences.isEmpty()) {
            throw new BackupException.Damaged(
                    what + " is not what was backed up: "
                            + String.join("; ", differences.subList(0, Math.min(NAMED, differences.size())))
                            + (differences.size() > NAMED ? "; and " + (differences.size() - NAMED) + " more" : ""),
                    null);
        }
    }
}
