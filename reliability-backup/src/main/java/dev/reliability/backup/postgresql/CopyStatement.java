package dev.reliability.backup.postgresql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The statement that may be the COPY in front of rows; pg_dump begins each on a line of its own. */
final class CopyStatement extends WantedStatement {
    private static final int LONGEST_HEADER = 1 << 20;

    CopyStatement() {
        super(List.of("COPY "), LONGEST_HEADER);
    }

    /** The statement's end; its header if it was a COPY of pg_dump's form, else null. */
    @Nullable CopyHeader end(byte[] piece, int to) throws DumpFormatException {
        byte[] statement = collected(piece, to);
        return statement == null ? null : CopyHeader.of(statement);
    }

    @Override
    void tooLong(int limit) throws DumpFormatException {
        throw new DumpFormatException("a COPY header is longer than " + limit + " bytes");
    }
}
