package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts.TableFacts;
import java.io.IOException;

/** Reads back what the rows of a dump became: the same rows, and those alone, that a dump of the database would have. */
final class ReadBack {
    private ReadBack() {}

    /** Counts and hashes them. */
    static TableFacts rows(PsqlSession session, CopyHeader header) throws IOException {
        String which = which(session, header);
        return isAll(which) ? allRows(session, header) : session.rows(header.name(), selected(header, which));
    }

    /** Whether a dump has all rows that the table itself holds. */
    static boolean isOfAllRows(PsqlSession session, CopyHeader header) throws IOException {
        return isAll(which(session, header));
    }

    /** Counts and hashes the rows of a table of which a dump has all. */
    static TableFacts allRows(PsqlSession session, CopyHeader header) throws IOException {
        return session.rows(header.name(), "COPY " + header.table() + " " + header.columns() + " TO stdout");
    }

    /** Hashes all large objects, as {@link LargeObjectDigest} has them. */
    static TableFacts largeObjects(PsqlSession session) throws IOException {
        // The server keeps the rows of a recursive query: so no bytes are in them.
        String piece = "pg_catalog.lo_get(%s, %s, " + LargeObjectDigest.PIECE + ") AS bytes";
        String hashed = "pg_catalog.length(bytes), pg_catalog.sha256(bytes)";
        return session.rows(
                LargeObjectDigest.NAME,
                "COPY (WITH RECURSIVE pieces (id, number, length, hash) AS (SELECT oid, 0::bigint, " + hashed
                        + " FROM pg_catalog.pg_largeobject_metadata, LATERAL " + piece.formatted("oid", "0")
                        + " UNION ALL SELECT id, number + 1, " + hashed + " FROM pieces, LATERAL "
                        + piece.formatted("id", "(number + 1) * " + LargeObjectDigest.PIECE)
                        + " WHERE pieces.length = " + LargeObjectDigest.PIECE
                        + ") SELECT id, number, pg_catalog.encode(hash, 'hex') FROM pieces WHERE length > 0) TO stdout");
    }

    /** Where a sequence stands, as {@link ValueStatement#sequences()} has it. */
    static String sequence(PsqlSession session, RelationName name) throws IOException {
        return session.valueOfBytes("SELECT last_value || ', ' || is_called::text FROM " + Sql.name(name.schema()) + "."
                + Sql.name(name.relation()));
    }

    /**
     * Of an extension's own table a dump has the rows that the extension's condition selects, which is here behind an E;
     * and a partitioned table, whose kind is p, has no rows of its own.
     */
    private static String which(PsqlSession session, CopyHeader header) throws IOException {
        return session.valueOfBytes("SELECT coalesce((SELECT 'E' || e.extcondition[array_position(e.extconfig, c.oid)]"
                + " FROM pg_catalog.pg_extension e WHERE c.oid = ANY (e.extconfig)), c.relkind::text)"
                + " FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass(" + Sql.text(header.table()) + ")");
    }

    private static boolean isAll(String which) {
        return !which.startsWith("E") && !which.equals("p");
    }

    private static String selected(CopyHeader header, String which) {
        String columns = header.columns().isEmpty()
                ? ""
                : header.columns().substring(1, header.columns().length() - 1);
        String condition = which.startsWith("E") ? " " + which.substring(1) : "";
        return "COPY (SELECT " + columns + " FROM " + header.table() + condition + ") TO stdout";
    }
}
