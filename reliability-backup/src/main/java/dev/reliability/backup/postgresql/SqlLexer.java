package dev.reliability.backup.postgresql;

import java.io.ByteArrayOutputStream;

/**
 * Follows SQL byte by byte, from pieces cut anywhere: knows where a statement begins and ends, and what is none.
 *
 * <p>It knows literals ({@code '…'}, {@code E'…'}), quoted names, dollar quotes, both kinds of comments, and psql's own
 * commands at a line's start. It relies on {@code standard_conforming_strings = on}.
 */
final class SqlLexer {
    /** Longer comments are handed over cut. */
    private static final int LONGEST_COMMENT = 128;

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
        PSQL_COMMAND
    }

    /** What is told while {@link #step} runs. Positions are those in its piece. */
    interface Listener {
        /**
         * The first sign of a statement, which is not always its first byte: an operator's minus or slash is before it.
         *
         * @param startsLine whether it is the first on its line
         */
        void statementBegins(int position, boolean startsLine);

        /** The semicolon at this position ends the statement. */
        void statementEnds(byte[] piece, int position) throws DumpFormatException;

        /** A line comment between statements, from its two minuses on; to be read before this returns. */
        void lineComment(byte[] comment, int length);
    }

    private final Listener listener;
    private In in = In.SQL;
    private boolean lineStart = true;
    private boolean inStatement;

    private byte previous;
    private boolean previousIsWord;
    private boolean escapePrefix;
    private boolean newlineAfterQuote;
    private int commentDepth;

    private final byte[] comment = new byte[LONGEST_COMMENT];
    private int commentLength;

    private final ByteArrayOutputStream tag = new ByteArrayOutputStream();
    private byte[] dollarQuote = {};
    private int dollarMatched;

    SqlLexer(Listener listener) {
        this.listener = listener;
    }

    /** Reads on, one byte or a run of equal ones; returns the position after them. There must be one. */
    int step(byte[] bytes, int position, int to) throws DumpFormatException {
        return switch (in) {
            case LITERAL -> quoted(bytes, position, to, (byte) '\'');
            case NAME -> quoted(bytes, position, to, (byte) '"');
            case DOLLAR_BODY -> dollarBody(bytes, position, to);
            case LINE_COMMENT -> lineComment(bytes, position, to);
            case PSQL_COMMAND -> psqlCommand(bytes, position, to);
            default -> {
                sign(bytes[position], position, bytes);
                yield position + 1;
            }
        };
    }

    /** Whether it is at the start of a line, between statements and outside of everything. */
    boolean resting() {
        return in == In.SQL && lineStart && !inStatement;
    }

    /** Whether a statement has begun and not ended. */
    boolean inStatement() {
        return inStatement;
    }

    /** Somebody else has read what followed a statement, to the end of a line. */
    void newline() {
        lineStart = true;
        after((byte) '\n', false);
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
                if (!inStatement) {
                    listener.lineComment(comment, commentLength);
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

    private int psqlCommand(byte[] bytes, int position, int to) {
        for (int i = position; i < to; i++) {
            if (bytes[i] == '\n') {
                in = In.SQL;
                newline();
                return i + 1;
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
        if (!inStatement) {
            inStatement = true;
            listener.statementBegins(position, lineStart);
        }
    }

    private void endOfStatement(int position, byte[] bytes) throws DumpFormatException {
        lineStart = false;
        after((byte) ';', false);
        if (inStatement) {
            inStatement = false;
            listener.statementEnds(bytes, position);
        }
    }

    /** The sign before was an operator's; it began the statement if none was open. */
    private void notAComment(byte operator, byte c, int position, byte[] bytes) throws DumpFormatException {
        in = In.SQL;
        lineStart = false;
        begin(position);
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
