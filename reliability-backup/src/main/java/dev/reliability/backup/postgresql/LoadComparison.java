package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.backup.manifest.DatabaseFacts.TableFacts;
import dev.reliability.core.backup.BackupException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares a dump that was loaded with its manifest, and what is in the database now with the dump. */
final class LoadComparison {
    private static final int NAMED = 5;

    private final RestoreRequest request;
    private final DumpCopy copy;

    /** @param copy of the whole dump */
    LoadComparison(RestoreRequest request, DumpCopy copy) {
        this.request = request;
        this.copy = copy;
    }

    /** @throws BackupException.Damaged the dump is another one than the manifest says */
    void requireWholeDump() {
        if (request.plainBytes() >= 0 && request.plainBytes() != copy.bytes()) {
            throw new BackupException.Damaged(
                    "the dump has " + copy.bytes() + " bytes instead of the " + request.plainBytes()
                            + " that it had when it was written, or first read",
                    null);
        }
        DatabaseFacts facts = request.facts();
        if (facts != null) {
            require("the dump", differences(facts.tables(), copy.scanner().tables()));
        }
    }

    /**
     * Reads the database back.
     *
     * @param session the one that loads
     * @param values what the dump sets besides rows
     * @param early what was read back before; null for nothing
     * @throws BackupException.Damaged something else is in it than in the dump
     */
    void requireWholeDatabase(PsqlSession session, ValueStatement values, @Nullable EarlyReadBack early)
            throws IOException {
        DatabaseFacts facts = request.facts();
        List<TableFacts> inDump = copy.scanner().tables();
        List<TableFacts> inDatabase = new ArrayList<>();
        for (CopyHeader header : copy.scanner().headers()) {
            inDatabase.add(rows(session, header, early));
        }
        if (facts == null) {
            // Whoever made the file may have had other session settings, which change the text of the same rows.
            require("the restored database", differences(withoutDigests(inDump), withoutDigests(inDatabase)));
            return;
        }
        require("the restored database", differences(inDump, inDatabase));
        requireCount("sequences", facts.sequences(), session.value(DatabaseCatalog.SEQUENCES));
        requireCount(LargeObjectDigest.NAME, facts.largeObjects(), session.value(DatabaseCatalog.LARGE_OBJECTS));
        require("the restored database", otherSequences(session, values));
        if (facts.largeObjects() > 0 && !ReadBack.largeObjects(session).equals(values.largeObjects())) {
            require("the restored database", List.of("its large objects have other bytes"));
        }
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

    private static List<String> otherSequences(PsqlSession session, ValueStatement values) throws IOException {
        List<String> differences = new ArrayList<>();
        for (Map.Entry<RelationName, String> sequence : values.sequences().entrySet()) {
            String now = ReadBack.sequence(session, sequence.getKey());
            if (!now.equals(sequence.getValue())) {
                differences.add("the sequence " + sequence.getKey().readable() + " is at " + now + " instead of "
                        + sequence.getValue());
            }
        }
        // The rows of these are made at the end of the load, and may take numbers.
        boolean anyMaterialized = !differences.isEmpty()
                && session.value("SELECT EXISTS (SELECT FROM pg_catalog.pg_class WHERE relkind = 'm')")
                        .equals("true");
        return anyMaterialized ? List.of() : differences;
    }

    private static List<TableFacts> withoutDigests(List<TableFacts> tables) {
        return tables.stream()
                .map(table -> new TableFacts(table.name(), table.rows(), ""))
                .toList();
    }

    private static void requireCount(String what, long expected, String actual) {
        if (!actual.equals(Long.toString(expected))) {
            throw new BackupException.Damaged(
                    "the restored database has " + actual + " " + what + ", the manifest says " + expected, null);
        }
    }

    private static List<String> differences(List<TableFacts> expected, List<TableFacts> actual) {
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
        return differences;
    }

    private static void require(String what, List<String> differences) {
        if (!differences.isEmpty()) {
            throw new BackupException.Damaged(
                    what + " is not what was backed up: "
                            + String.join("; ", differences.subList(0, Math.min(NAMED, differences.size())))
                            + (differences.size() > NAMED ? "; and " + (differences.size() - NAMED) + " more" : ""),
                    null);
        }
    }
}
