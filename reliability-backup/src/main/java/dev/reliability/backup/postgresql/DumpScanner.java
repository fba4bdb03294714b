package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts.TableFacts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Follows pg_dump's plain SQL: knows where a statement ends and where a table's rows are, and counts and hashes these.
 *
 * <h2>What it knows</h2>
 *
 * SQL as {@link SqlLexer} does, and rows between a {@code COPY … FROM stdin;} of pg_dump's form and {@code \\.}. So a
 * header inside a literal or a function's body is text, and rows are never SQL.
 *
 * <h2>What it is not</h2>
 *
 * A judge of what the SQL does: a dump that wants to deceive it can. It proves that a dump of ours is whole.
 *
 * <h2>Costs</h2>
 *
 * Memory is the longest COPY header and one digest a table. Rows are looked at in {@link CopyLines} alone.
 */
final class DumpScanner {
    private static final byte[] END_OF_ROWS = {'\\', '.'};
    private static final byte[] TRAILER = "-- PostgreSQL database dump complete".getBytes(StandardCharsets.US_ASCII);

    private enum In {
        SQL,
        /** After a COPY header, to the end of its line. */
        BEFORE_ROWS,
        ROWS
    }

    private final Map<CopyHeader, TableDigest> tables = new LinkedHashMap<>();
    private final SqlLexer lexer = new SqlLexer(new Statements());
    private final CopyStatement statement = new CopyStatement();
    private final List<? extends WantedStatement> others;
    private CopyLines rows = new CopyLines(new TableDigest(), END_OF_ROWS);
    private @Nullable CopyHeader header;
    private boolean ended;
    private In in = In.SQL;
    private boolean anyStatement;
    private boolean trailer;

    /** @param others are handed each statement too */
    DumpScanner(List<? extends WantedStatement> others) {
        this.others = List.copyOf(others);
    }

    /**
     * Reads on. Returns {@code to}, or earlier just after a newline where it {@link #resting() rests}.
     *
     * @throws DumpFormatException it is no dump of pg_dump's
     */
    int advance(byte[] bytes, int from, int to) throws DumpFormatException {
        int position = from;
        statement.continueAt(from);
        others.forEach(other -> other.continueAt(from));
        while (position < to) {
            position = switch (in) {
                case SQL -> lexer.step(bytes, position, to);
                case BEFORE_ROWS -> beforeRows(bytes, position, to);
                case ROWS -> rows(bytes, position, to);
            };
            if (resting()) {
                return position;
            }
        }
        if (lexer.inStatement()) {
            statement.endOfPiece(bytes, to);
            for (WantedStatement other : others) {
                other.endOfPiece(bytes, to);
            }
        }
        return to;
    }

    /** Whether it is at the start of a line, between statements and outside of everything. */
    boolean resting() {
        return in == In.SQL && lexer.resting();
    }

    /** The header of the rows that ended where it {@link #resting() rests}, once; null if none did. */
    @Nullable CopyHeader takeEnded() {
        CopyHeader taken = ended ? header : null;
        ended = false;
        return taken;
    }

    /** Whether a statement or a row was read yet. */
    boolean anyStatement() {
        return anyStatement;
    }

    /** Whether the trailer was read, and nothing but comments after it. */
    boolean complete() {
        return resting() && trailer;
    }

    /** The tables that rows were announced for, even if there were none, in the dump's order. */
    List<TableFacts> tables() {
        List<TableFacts> facts = new ArrayList<>();
        tables.forEach((header, digest) -> facts.add(digest.facts(header.name())));
        return facts;
    }

    /** Their headers, in the same order. */
    List<CopyHeader> headers() {
        return List.copyOf(tables.keySet());
    }

    private int beforeRows(byte[] bytes, int position, int to) throws DumpFormatException {
        for (int i = position; i < to; i++) {
            if (bytes[i] == '\n') {
                in = In.ROWS;
                return i + 1;
            }
            if (bytes[i] != ' ' && bytes[i] != '\r') {
                throw new DumpFormatException(
                        "a COPY header is followed by other SQL on its line; pg_dump writes none");
            }
        }
        return to;
    }

    private int rows(byte[] bytes, int position, int to) {
        int next = rows.read(bytes, position, to);
        if (rows.ended()) {
            in = In.SQL;
            ended = true;
            lexer.newline();
        }
        return next;
    }

    private final class Statements implements SqlLexer.Listener {
        @Override
        public void statementBegins(int position, boolean startsLine) {
            anyStatement = true;
            trailer = false;
            statement.begin(position, startsLine);
            others.forEach(other -> other.begin(position, true));
        }

        @Override
        public void statementEnds(byte[] piece, int position) throws DumpFormatException {
            for (WantedStatement other : others) {
                other.end(piece, position);
            }
            statement.end(piece, position);
            CopyHeader copy = statement.takeHeader();
            if (copy != null) {
                header = copy;
                // A table may come in several pieces, where rows go through their partitioned table.
                TableDigest digest = tables.computeIfAbsent(copy, table -> new TableDigest());
                rows = new CopyLines(digest, END_OF_ROWS);
                in = In.BEFORE_ROWS;
            }
        }

        @Override
        public void lineComment(byte[] comment, int length) {
            if (length == TRAILER.length && Arrays.equals(comment, 0, length, TRAILER, 0, length)) {
                trailer = true;
            }
        }
    }
}
