package dev.reliability.backup.postgresql;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tables whose rows a whole dump of a snapshot must have, by the server's own catalog: pg_dump's word alone is not
 * taken for it. Immutable.
 *
 * <p>These are all plain tables, partitions and children included, with or without rows or columns; not partitioned and
 * foreign tables, views of either kind and temporary tables. A table that belongs to an extension has its rows in the
 * dump only if the extension says so. Where pg_dump loads a partition through its root, as it does for hashes of enums,
 * the root's name stands for all of its partitions.
 */
final class DumpedTables {
    private static final int NAMED = 10;

    /** Names as bytes of the database's encoding, in which the dump is; the schemas are those that pg_dump passes over. */
    private static final String QUERY = """
            SELECT pg_catalog.format('%I.%I', n.nspname, c.relname),
                   pg_catalog.convert_to(n.nspname::text, pg_catalog.getdatabaseencoding()),
                   pg_catalog.convert_to(c.relname::text, pg_catalog.getdatabaseencoding()),
                   pg_catalog.convert_to(rn.nspname::text, pg_catalog.getdatabaseencoding()),
                   pg_catalog.convert_to(r.relname::text, pg_catalog.getdatabaseencoding())
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_catalog.pg_class r ON c.relispartition AND r.oid = pg_catalog.pg_partition_root(c.oid)
            LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
            WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            AND (NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                             WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
                             AND d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e')
                 OR EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE c.oid = ANY (e.extconfig)))
            ORDER BY 1""";

    private final List<Expected> expected;

    /**
     * A table.
     *
     * @param words its name for people
     * @param name its name
     * @param root the name of the partitioned table that its rows may come under; null if it is no partition
     */
    private record Expected(
            String words, RelationName name, @Nullable RelationName root) {}

    private DumpedTables(List<Expected> expected) {
        this.expected = expected;
    }

    /** Those of the connection's snapshot. */
    static DumpedTables read(Connection connection) throws SQLException {
        List<Expected> expected = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(QUERY)) {
            while (row.next()) {
                byte[] rootTable = row.getBytes(5);
                expected.add(new Expected(
                        row.getString(1),
                        name(row.getBytes(2), row.getBytes(3)),
                        rootTable == null ? null : name(row.getBytes(4), rootTable)));
            }
        }
        return new DumpedTables(List.copyOf(expected));
    }

    private static RelationName name(byte[] schema, byte[] table) {
        return new RelationName(
                new String(schema, StandardCharsets.ISO_8859_1), new String(table, StandardCharsets.ISO_8859_1));
    }

    /** What a dump with these headers lacks, as a part of a sentence; null if nothing. */
    @Nullable String lackOf(Collection<CopyHeader> headers) {
        Set<RelationName> there = new HashSet<>();
        headers.forEach(header -> there.add(header.tableName()));
        List<String> missing = expected.stream()
                .filter(table -> !there.contains(table.name()) && !there.contains(table.root()))
                .map(Expected::words)
                .toList();
        if (missing.isEmpty()) {
            return null;
        }
        String more = missing.size() > NAMED ? " and " + (missing.size() - NAMED) + " more" : "";
        return "the rows of " + missing.size() + " of " + expected.size() + " tables are not in it: "
                + String.join(", ", missing.subList(0, Math.min(NAMED, missing.size()))) + more;
    }
}
