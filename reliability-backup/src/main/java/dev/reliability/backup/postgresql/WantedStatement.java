package dev.reliability.backup.postgresql;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Collects a statement over the pieces that it is cut into, as long as it may be one that is wanted. */
abstract class WantedStatement {
    private final List<String> beginnings;
    private final int longestBeginning;
    private final int longest;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream(1024);
    private boolean possible;
    /** Where in the current piece what belongs to it and was not added yet begins. */
    private int from;

    /**
     * @param beginnings what those that are wanted begin with, in capitals
     * @param longest no more bytes of one are kept
     */
    WantedStatement(List<String> beginnings, int longest) {
        this.beginnings = beginnings;
        this.longestBeginning =
                beginnings.stream().mapToInt(String::length).max().orElse(0);
        this.longest = longest;
    }

    /** All bytes of one that may be wanted, without its semicolon. */
    abstract void whole(byte[] statement) throws DumpFormatException;

    /** One that may be wanted is longer than is kept. Where this returns, it is left out. */
    abstract void tooLong(int limit) throws DumpFormatException;

    /** A statement begins. */
    void begin(int position, boolean wanted) {
        text.reset();
        possible = wanted;
        from = position;
    }

    /** It goes on in a new piece, from this position. */
    void continueAt(int position) {
        from = position;
    }

    /** The piece is at its end, and the statement is not. */
    void endOfPiece(byte[] piece, int to) throws DumpFormatException {
        if (possible) {
            collect(piece, to);
        }
    }

    /** The statement's end. */
    void end(byte[] piece, int to) throws DumpFormatException {
        if (possible) {
            collect(piece, to);
        }
        if (possible) {
            whole(text.toByteArray());
        }
    }

    private void collect(byte[] piece, int to) throws DumpFormatException {
        if (text.size() < longestBeginning) {
            add(piece, Math.min(to, from + longestBeginning - text.size()));
            if (!mayBeWanted()) {
                possible = false;
                return;
            }
        }
        if (text.size() + (to - from) > longest) {
            possible = false;
            tooLong(longest);
            return;
        }
        add(piece, to);
    }

    private boolean mayBeWanted() {
        String start = text.toString(StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT);
        return beginnings.stream().anyMatch(each -> start.startsWith(each) || each.startsWith(start));
    }

    private void add(byte[] piece, int to) {
        text.write(piece, from, to - from);
        from = to;
    }
}
