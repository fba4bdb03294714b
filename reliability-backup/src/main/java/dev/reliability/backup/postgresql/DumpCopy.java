package dev.reliability.backup.postgresql;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Copies a dump and scans it on the way.
 *
 * <p>On the way into psql some lines are left empty, and nothing else is changed: pg_dump's own psql command
 * "restrict" in the header and "unrestrict" after the trailer, as the session is restricted by a key of ours; and the {@code
 * BEGIN;} and {@code COMMIT;} that pg_dump writes around the bytes of large objects, which would commit our transaction
 * in the middle. A {@code COMMIT;} anywhere else is left for the server to refuse.
 */
final class DumpCopy {
    private static final int BUFFER = 256 * 1024;
    /** Longer than any line that may be left empty. */
    private static final int LONGEST_COMMAND = 256;

    private static final Pattern KEY_LINE = Pattern.compile("\\\\(un)?restrict ([A-Za-z0-9]{1,128})");
    private static final String LARGE_OBJECT_CALL = "SELECT pg_catalog.lo";

    private final DumpScanner scanner;
    private final byte[] buffer = new byte[BUFFER];
    private final boolean forPsql;
    private int position;
    private int end;
    private boolean atEnd;
    private long bytes;
    private @Nullable String key;
    private boolean inLargeObjects;

    private DumpCopy(boolean forPsql, List<? extends WantedStatement> wanted) {
        this.forPsql = forPsql;
        this.scanner = new DumpScanner(wanted);
    }

    /** A copy that changes nothing. */
    static DumpCopy exact() {
        return new DumpCopy(false, List.of());
    }

    /** A copy for a psql session of ours. */
    static DumpCopy forPsql(ValueStatement values) {
        return new DumpCopy(true, List.of(values));
    }

    /** The same, for a look at what psql would be sent. */
    static DumpCopy naming(NamingStatement names) {
        return new DumpCopy(true, List.of(names));
    }

    /** What psql is sent besides. */
    @FunctionalInterface
    interface AfterRows {
        /** SQL behind the rows that this header announced, on the next line; empty for none. */
        String sql(CopyHeader header) throws IOException;
    }

    /** What was scanned. */
    DumpScanner scanner() {
        return scanner;
    }

    /** How many bytes were read. */
    long bytes() {
        return bytes;
    }

    /**
     * Copies all.
     *
     * @param progress told how many bytes were read, once a buffer
     * @throws DumpFormatException the dump is cut, or is none of pg_dump's
     */
    void copy(InputStream dump, OutputStream out, LongConsumer progress) throws IOException {
        copy(dump, out, progress, header -> "");
    }

    /** The same, with something behind each table's rows. */
    void copy(InputStream dump, OutputStream out, LongConsumer progress, AfterRows afterRows) throws IOException {
        while (fill(dump, progress)) {
            boolean sqlWaits = false;
            while (position < end) {
                if (forPsql && scanner.resting() && mayBeCommand()) {
                    String line = line();
                    if (line == null && fillMore(dump, progress)) {
                        continue;
                    }
                    if (line != null && leftOut(line)) {
                        position += line.length() + 1;
                        out.write('\n');
                        continue;
                    }
                }
                int from = position;
                position = scanner.advance(buffer, from, end);
                out.write(buffer, from, position - from);
                CopyHeader ended = scanner.takeEnded();
                String sql = ended == null ? "" : afterRows.sql(ended);
                if (!sql.isEmpty()) {
                    // Without a newline, so that psql counts the dump's own lines.
                    out.write(sql.getBytes(StandardCharsets.US_ASCII));
                    sqlWaits = true;
                }
            }
            if (sqlWaits) {
                out.flush();
            }
        }
        if (!scanner.complete() || inLargeObjects) {
            throw new DumpFormatException("the dump is cut after " + bytes
                    + " bytes: pg_dump's last line, \"PostgreSQL database dump complete\", is not there");
        }
    }

    private boolean fill(InputStream dump, LongConsumer progress) throws IOException {
        position = 0;
        end = 0;
        return fillMore(dump, progress);
    }

    /** Adds to what is in the buffer; false if there is no more. */
    private boolean fillMore(InputStream dump, LongConsumer progress) throws IOException {
        if (atEnd) {
            return false;
        }
        System.arraycopy(buffer, position, buffer, 0, end - position);
        end -= position;
        position = 0;
        int read = dump.read(buffer, end, buffer.length - end);
        if (read < 0) {
            atEnd = true;
            return false;
        }
        end += read;
        bytes += read;
        progress.accept(bytes);
        return true;
    }

    private boolean mayBeCommand() {
        byte first = buffer[position];
        return first == '\\' || first == 'B' || first == 'C' || (inLargeObjects && first > ' ' && first != '-');
    }

    /** The line that begins here, without its newline; null if it is not in the buffer; too long ones are cut. */
    private @Nullable String line() {
        int limit = Math.min(end, position + LONGEST_COMMAND);
        for (int i = position; i < limit; i++) {
            if (buffer[i] == '\n') {
                return new String(buffer, position, i - position, StandardCharsets.ISO_8859_1);
            }
        }
        return limit < position + LONGEST_COMMAND
                ? null
                : new String(buffer, position, LONGEST_COMMAND, StandardCharsets.ISO_8859_1);
    }

    private boolean leftOut(String line) throws DumpFormatException {
        Matcher command = KEY_LINE.matcher(line);
        if (command.matches()) {
            boolean opens = command.group(1) == null;
            if (opens && key == null && !scanner.anyStatement()) {
                key = command.group(2);
                return true;
            }
            return !opens && command.group(2).equals(key) && scanner.complete();
        }
        if (line.equals("BEGIN;") && !inLargeObjects) {
            inLargeObjects = true;
            return true;
        }
        if (!inLargeObjects) {
            return false;
        }
        if (line.equals("COMMIT;")) {
            inLargeObjects = false;
            return true;
        }
        if (!line.startsWith(LARGE_OBJECT_CALL)) {
            throw new DumpFormatException(
                    "after BEGIN; comes something else than large objects, which pg_dump does not" + " write");
        }
        return false;
    }
}
