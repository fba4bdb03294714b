package dev.reliability.backup.postgresql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The statement that may be the COPY in front of rows; pg_dump begins each on a line of its own. */
final class CopyStatement extends WantedStatement {
    private static final int LONGEST_HEADER = 1 << 20;

    private @Nullable CopyHeader header;

    CopyStatement() {
        super(List.of("COPY "), LONGEST_HEADER);
    }

    /** The header of the statement that has just ended if it was a COPY of pg_dump's form, once; else null. */
    @Nullable CopyHeader takeHeader() {
        CopyHeader taken = header;
        header = null;
        return taken;
    }

    @Override
    void whole(byte[] statement) {
        header = CopyHeader.of(statement);
    }

    @Override
    void tooLong(int limit) throws DumpFormatException {
        throw new DumpFormatException("a COPY header is longer than " + limit + " bytes");
    }
}
