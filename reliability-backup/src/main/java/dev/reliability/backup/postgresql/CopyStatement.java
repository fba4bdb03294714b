package dev.reliability.backup.postgresql;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Collects a statement over the pieces that it is cut into, as long as it may be the COPY in front of rows. */
final class CopyStatement {
    private static final int LONGEST_HEADER = 1 << 20;
    private static final byte[] COPY = "COPY ".getBytes(StandardCharsets.US_ASCII);

    private final ByteArrayOutputStream text = new ByteArrayOutputStream(1024);
    private boolean possible;
    /** Where in the current piece what belongs to it and was not added yet begins. */
    private int from;

    /** A statement begins; pg_dump begins each COPY on a line of its own. */
    void begin(int position, boolean startsLine) {
        text.reset();
        possible = startsLine;
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

    /** The statement's end; its header if it was a COPY of pg_dump's form, else null. */
    @Nullable CopyHeader end(byte[] piece, int to) throws DumpFormatException {
        if (possible) {
            collect(piece, to);
        }
        return possible ? CopyHeader.of(text.toByteArray()) : null;
    }

    private void collect(byte[] piece, int to) throws DumpFormatException {
        if (text.size() < COPY.length) {
            add(piece, Math.min(to, from + COPY.length - text.size()));
            byte[] start = text.toByteArray();
            if (!Arrays.equals(start, 0, start.length, COPY, 0, start.length)) {
                possible = false;
                return;
            }
        }
        if (text.size() + (to - from) > LONGEST_HEADER) {
            throw new DumpFormatException("a COPY header is longer than " + LONGEST_HEADER + " bytes");
        }
        add(piece, to);
    }

    private void add(byte[] piece, int to) {
        text.write(piece, from, to - from);
        from = to;
    }
}
