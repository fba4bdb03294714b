package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts.TableFacts;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Follows pg_dump's plain SQL byte by byte: knows where a statement ends and where a table's rows are, and counts and
 * hashes these.
 *
 * <h2>What it knows</h2>
 *
 * Literals ({@code '…'}, {@code E'…'}), quoted names, dollar quotes, both kinds of comments, psql's own commands at a
 * line's start, and rows between a {@code COPY … FROM stdin;} of pg_dump's form and {@code \.}. So a header inside a
 * literal or a function's body is text, and rows are never SQL. It relies on {@code standard_conforming_strings = on},
 * which every dump of ours is made with.
 *
 * <h2>What it is not</h2>
 *
 * A judge of what the SQL does: a dump that wants to deceive it can. It proves that a dump of ours is whole.
 *
 * <h2>Costs</h2>
 *
 * Memory is the longest COPY header (at most {@value #LONGEST_HEADER} bytes) and one digest a table. Rows are looked at
 * in {@link CopyLines} alone.
 */
final class DumpScanner {
    private static final int LONGEST_HEADER = 1 << 20;
    private static final byte[] COPY = "COPY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END_OF_ROWS = {'\\', '.'};
    private static final byte[] TRAILER = "-- PostgreSQL database dump complete".getBytes(StandardCharsets.US_ASCII);

    private enum In {
        SQL,
        /** After a minus that may begin a comment. */
        MINUS,
        /** After a slash that may begin a comment. */
        SLASH,
        LITERAL,
        ESCAPE_LITERAL,
        /** After a backslash in one. */
        ESCAPED,
        /** After a quote in one: doubled, continued on a later line, or its end. */
        ESCAPE_QUOTE,
        NAME,
        /** Between the two dollars that begin a dollar quote. */
        DOLLAR_TAG,
        DOLLAR_BODY,
        LINE_COMMENT,
        BLOCK_COMMENT,
        /** One of psql's own commands, to the end of its line. */
        PSQL_COMMAND,
        /** After a COPY header, to the end of its line. */
        BEFORE_ROWS,
        ROWS
    }

    private final Map<CopyHeader, TableDigest> tables = new LinkedHashMap<>();
    private In in = In.SQL;
    private boolean lineStart = true;
    private boolean inStatement;
    private boolean anyStatement;
    private boolean trailer;

    /** The statement so far, unless it is known to be no COPY. */
    private final ByteArrayOutputStream statement = new ByteArrayOutputStream(1024);

    private boolean maybeCopy;
    /** Where in the current piece what belongs to {@link #statement} and was not added yet begins. */
    private int statementFrom;

    private byte previous;
    private boolean previousIsWord;
    private boolean escapePrefix;
    private boolean newlineAfterQuote;
    private int commentDepth;

    private final byte[] comment = new byte[TRAILER.length + 1];
    private int commentLength;

    private final ByteArrayOutputStream tag = new ByteArrayOutputStream();
    private byte[] dollarQuote = {};
    private int dollarMatched;

    private CopyLines rows = new CopyLines(new TableDigest(), END_OF_ROWS);

    /**
     * Reads on. Returns {@code to}, or earlier just after a newline where it {@link #resting() rests}.
     *
     * @throws DumpFormatException it is no dump of pg_dump's
     */
    int advance(byte[] bytes, int from, int to) throws DumpFormatException {
        int position = from;
        statementFrom = from;
        while (position < to) {
            position = step(bytes, position, to);
            if (lineStart && resting()) {
                return position;
            }
        }
        if (inStatement && maybeCopy) {
            collect(bytes, to);
        }
        return to;
    }

    /** Whether it is at the start of a line, between statements and outside of everything. */
    boolean resting() {
        return in == In.SQL && lineStart && !inStatement;
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

    private int step(byte[] bytes, int position, int to) throws DumpFormatException {
        return switch (in) {
            case ROWS -> rows(bytes, position, to);
            case LITERAL -> quoted(bytes, position, to, (byte) '\'');
            case NAME -> quoted(bytes, position, to, (byte) '"');
            case DOLLAR_BODY -> dollarBody(bytes, position, to);
            case LINE_COMMENT -> lineComment(bytes, position, to);
            case PSQL_COMMAND, BEFORE_ROWS -> restOfLine(bytes, position, to);
            default -> {
                sign(bytes[position], position, bytes);
                yield position + 1;
            }
        };
    }

    private int rows(byte[] bytes, int position, int to) {
        int next = rows.read(bytes, position, to);
        if (rows.ended()) {
            in = In.SQL;
            lineStart = true;
        }
        return next;
    }

    private int quoted(byte[] bytes, int position, int to, byte quote) {
        for (int i = position; i < to; i++) {
            if (bytes[i] == quote) {
                // A doubled quote ends the literal and begins it again.
                in = In.SQL;
                after(quote, false);
                return i + 1;
            }
        }
        return to;
    }

    private int lineComment(byte[] bytes, int position, int to) {
        for (int i = position; i < to; i++) {
            if (bytes[i] == '\n') {
                if (!inStatement
                        && commentLength == TRAILER.length
                        && Arrays.equals(comment, 0, TRAILER.length, TRAILER, 0, TRAILER.length)) {
                    trailer = true;
                }
                in = In.SQL;
                newline();
                return i + 1;
            }
            if (commentLength < comment.length) {
                comment[commentLength++] = bytes[i];
            }
        }
        return to;
    }

    private int restOfLine(byte[] bytes, int position, int to) throws DumpFormatException {
        for (int i = position; i < to; i++) {
            if (bytes[i] == '\n') {
                in = in == In.BEFORE_ROWS ? In.ROWS : In.SQL;
                newline();
                return i + 1;
            }
            if (in == In.BEFORE_ROWS && bytes[i] != ' ' && bytes[i] != '\r') {
                throw new DumpFormatException(
                        "a COPY header is followed by other SQL on its line; pg_dump writes none");
            }
        }
        return to;
    }

    private int dollarBody(byte[] bytes, int position, int to) {
        for (int i = position; i < to; i++) {
            // No dollar but the first can begin a new match: a tag has none inside.
            if (bytes[i] == dollarQuote[dollarMatched]) {
                dollarMatched++;
            } else {
                dollarMatched = bytes[i] == '$' ? 1 : 0;
            }
            if (dollarMatched == dollarQuote.length) {
                in = In.SQL;
                after((byte) '$', false);
                return i + 1;
            }
        }
        return to;
    }

    private void sign(byte c, int position, byte[] bytes) throws DumpFormatException {
        switch (in) {
            case SQL -> sql(c, position, bytes);
            case MINUS -> {
                if (c == '-') {
                    in = In.LINE_COMMENT;
                    comment[0] = '-';
                    comment[1] = '-';
                    commentLength = 2;
                } else {
                    notAComment((byte) '-', c, position, bytes);
                }
            }
            case SLASH -> {
                if (c == '*') {
                    in = In.BLOCK_COMMENT;
                    commentDepth = 1;
                    previous = 0;
                } else {
                    notAComment((byte) '/', c, position, bytes);
                }
            }
            case BLOCK_COMMENT -> blockComment(c);
            case ESCAPE_LITERAL -> {
                if (c == '\\') {
                    in = In.ESCAPED;
                } else if (c == '\'') {
                    in = In.ESCAPE_QUOTE;
                    previous = c;
                    newlineAfterQuote = false;
                }
            }
            case ESCAPED -> in = In.ESCAPE_LITERAL;
            case ESCAPE_QUOTE -> afterEscapeLiteral(c, position, bytes);
            case DOLLAR_TAG -> dollarTag(c, position, bytes);
            default -> throw new IllegalStateException(in.name());
        }
    }

    private void sql(byte c, int position, byte[] bytes) throws DumpFormatException {
        if (c == '\n') {
            newline();
            return;
        }
        if (c == ' ' || c == '\t' || c == '\r' || c == '\f') {
            lineStart = false;
            after(c, false);
            return;
        }
        if (c == '-' || c == '/') {
            in = c == '-' ? In.MINUS : In.SLASH;
            return;
        }
        if (c == '\\' && !inStatement) {
            in = In.PSQL_COMMAND;
            lineStart = false;
            return;
        }
        if (c == ';') {
            endOfStatement(position, bytes);
            return;
        }
        begin(position);
        lineStart = false;
        switch (c) {
            case '\'' -> in = escapePrefix ? In.ESCAPE_LITERAL : In.LITERAL;
            case '"' -> in = In.NAME;
            case '$' -> {
                if (!previousIsWord) {
                    in = In.DOLLAR_TAG;
                    tag.reset();
                    tag.write('$');
                }
            }
            default -> {}
        }
        after(c, isWord(c));
    }

    private void begin(int position) {
        if (inStatement) {
            return;
        }
        inStatement = true;
        anyStatement = true;
        trailer = false;
        statement.reset();
        // pg_dump begins each statement on a line of its own.
        maybeCopy = lineStart;
        statementFrom = position;
    }

    private void endOfStatement(int position, byte[] bytes) throws DumpFormatException {
        lineStart = false;
        after((byte) ';', false);
        if (!inStatement) {
            return;
        }
        inStatement = false;
        if (!maybeCopy) {
            return;
        }
        collect(bytes, position);
        if (!maybeCopy) {
            return;
        }
        CopyHeader header = CopyHeader.of(statement.toByteArray());
        if (header != null) {
            // A table may come in several pieces, where rows go through their partitioned table.
            TableDigest digest = tables.computeIfAbsent(header, table -> new TableDigest());
            rows = new CopyLines(digest, END_OF_ROWS);
            in = In.BEFORE_ROWS;
        }
    }

    /** Adds what is new of the statement, as long as it may be a COPY. */
    private void collect(byte[] bytes, int to) throws DumpFormatException {
        if (statement.size() == 0) {
            int compared = Math.min(COPY.length, to - statementFrom);
            if (!Arrays.equals(bytes, statementFrom, statementFrom + compared, COPY, 0, compared)) {
                maybeCopy = false;
                return;
            }
        } else if (statement.size() < COPY.length) {
            statement.write(bytes, statementFrom, Math.min(to - statementFrom, COPY.length));
            statementFrom += Math.min(to - statementFrom, COPY.length);
            byte[] start = statement.toByteArray();
            int compared = Math.min(COPY.length, start.length);
            if (!Arrays.equals(start, 0, compared, COPY, 0, compared)) {
                maybeCopy = false;
                return;
            }
        }
        if (statement.size() + (to - statementFrom) > LONGEST_HEADER) {
            throw new DumpFormatException("a COPY header is longer than " + LONGEST_HEADER + " bytes");
        }
        statement.write(bytes, statementFrom, to - statementFrom);
        statementFrom = to;
    }

    /** The sign before was an operator's; it began the statement if none was open. */
    private void notAComment(byte operator, byte c, int position, byte[] bytes) throws DumpFormatException {
        if (!inStatement) {
            begin(position);
            maybeCopy = false;
        }
        in = In.SQL;
        lineStart = false;
        after(operator, false);
        sql(c, position, bytes);
    }

    private void blockComment(byte c) {
        if (previous == '*' && c == '/') {
            commentDepth--;
            previous = 0;
            if (commentDepth == 0) {
                in = In.SQL;
                after((byte) ' ', false);
                lineStart = false;
            }
        } else if (previous == '/' && c == '*') {
            commentDepth++;
            previous = 0;
        } else {
            previous = c;
        }
    }

    private void afterEscapeLiteral(byte c, int position, byte[] bytes) throws DumpFormatException {
        boolean adjacent = previous == '\'';
        if (c == '\'' && (adjacent || newlineAfterQuote)) {
            in = In.ESCAPE_LITERAL;
        } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f') {
            newlineAfterQuote |= c == '\n';
            previous = c;
        } else {
            in = In.SQL;
            lineStart = false;
            after(previous, false);
            sql(c, position, bytes);
        }
    }

    private void dollarTag(byte c, int position, byte[] bytes) throws DumpFormatException {
        if (c == '$') {
            tag.write(c);
            dollarQuote = tag.toByteArray();
            dollarMatched = 0;
            in = In.DOLLAR_BODY;
        } else if (isWord(c) && !(tag.size() == 1 && c >= '0' && c <= '9')) {
            tag.write(c);
        } else {
            // A parameter such as $1, or a dollar that stands alone.
            in = In.SQL;
            after((byte) '$', false);
            sql(c, position, bytes);
        }
    }

    private void newline() {
        lineStart = true;
        after((byte) '\n', false);
    }

    private void after(byte c, boolean word) {
        escapePrefix = (c == 'E' || c == 'e') && !previousIsWord;
        previous = c;
        previousIsWord = word;
    }

    private static boolean isWord(byte c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '$'
                || c < 0;
    }
}
