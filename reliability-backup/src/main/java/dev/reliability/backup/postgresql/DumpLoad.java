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

/**
 * Loads a dump into a database in one transaction, and commits it only after everything was looked at.
 *
 * <h2>What keeps a half load from being committed</h2>
 *
 * <ul>
 *   <li>{@code COMMIT} is sent after every byte was read, the trailer was seen, the lengths, rows and digests were
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
    private static final String OPEN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;\n"
            + "CREATE TEMPORARY TABLE reliability_guard (id int PRIMARY KEY, parent int NOT NULL"
            + " REFERENCES reliability_guard (id) DEFERRABLE INITIALLY DEFERRED);\n"
            + "INSERT INTO " + GUARD + " VALUES (1, 2);";

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
     * @param before SQL in front of the dump, in its transaction; may be empty
     * @param after the same behind it
     */
    Loaded run(String before, String after, BeforeCommit beforeCommit) throws IOException {
        try (PsqlSession session = PsqlSession.open(server, psql, database, request.operation())) {
            session.line(OPEN);
            if (!before.isEmpty()) {
                session.line(before);
            }
            DumpCopy copy = feed(session);
            session.sync();
            compareDump(copy);
            session.send("SET client_min_messages = error; SET row_security = off; " + after + SessionSettings.sql());
            compareDatabase(session, copy.scanner());
            List<TableFacts> tables = copy.scanner().tables();
            long rows = tables.stream().mapToLong(TableFacts::rows).sum();
            Loaded loaded = new Loaded(tables.size(), rows, copy.bytes());
            beforeCommit.call(loaded, session.value("pg_current_xact_id()"));
            session.send("DELETE FROM " + GUARD + "; " + ServerSessions.DURABLE + "; COMMIT;");
            session.sync();
            session.finish();
            return loaded;
        }
    }

    private DumpCopy feed(PsqlSession session) throws IOException {
        DumpCopy copy = DumpCopy.forPsql();
        try (InputStream dump = request.dump().open()) {
            copy.copy(dump, session.input(), bytes -> {
                requireExpected(bytes);
                request.bytesSoFar().accept(bytes);
            });
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

    private void compareDatabase(PsqlSession session, DumpScanner scanner) throws IOException {
        DatabaseFacts facts = request.facts();
        List<TableFacts> inDump = scanner.tables();
        List<TableFacts> inDatabase = new ArrayList<>();
        for (CopyHeader header : scanner.headers()) {
            TableFacts rows = session.rows(header.name(), copyToStdout(session, header));
            inDatabase.add(rows);
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

    /** Reads back what the header's rows became. */
    private static String copyToStdout(PsqlSession session, CopyHeader header) throws IOException {
        // Of an extension's own table a dump has the rows that the extension's condition selects; and a partitioned
        // table has no rows of its own.
        String query =
                session.valueOfBytes("SELECT coalesce((SELECT 'E' || e.extcondition[array_position(e.extconfig, c.oid)]"
                        + " FROM pg_catalog.pg_extension e WHERE c.oid = ANY (e.extconfig)), c.relkind::text)"
                        + " FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass(" + Sql.text(header.table())
                        + ")");
        boolean whole = !query.startsWith("E") && !query.equals("p");
        if (whole) {
            return "COPY " + header.table() + " " + header.columns() + " TO stdout";
        }
        String columns = header.columns().isEmpty()
                ? ""
                : header.columns().substring(1, header.columns().length() - 1);
        String condition = query.startsWith("E") ? " " + query.substring(1) : "";
        return "COPY (SELECT " + columns + " FROM " + header.table() + condition + ") TO stdout";
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
