package dev.reliability.backup.postgresql;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The statement in front of a table's rows, as pg_dump writes it. A dump is in its database's own encoding, so both
 * parts keep their bytes, one a character; the signs looked for are ASCII in every encoding that a server can have.
 *
 * @param table its name as it stands there, with its schema
 * @param columns in brackets, as they stand there; empty for a table without columns
 */
record CopyHeader(String table, String columns) {
    private static final String START = "COPY ";
    private static final String END = " FROM stdin";

    /** The header in this statement (without its semicolon); null if it is none. */
    static @Nullable CopyHeader of(byte[] statement) {
        String text = new String(statement, StandardCharsets.ISO_8859_1);
        if (!text.startsWith(START) || !text.endsWith(END)) {
            return null;
        }
        int nameEnd = nameEnd(text, START.length());
        if (nameEnd == START.length() || nameEnd > text.length() - END.length()) {
            return null;
        }
        String columns = text.substring(nameEnd, text.length() - END.length()).strip();
        if (!columns.isEmpty() && !(columns.startsWith("(") && columns.endsWith(")"))) {
            return null;
        }
        return new CopyHeader(text.substring(START.length(), nameEnd), columns);
    }

    /** The table's name for people and for the manifest. */
    String name() {
        return DumpText.of(table);
    }

    /** The table's name, to be compared with the server's. */
    RelationName tableName() {
        return RelationName.of(table);
    }

    private static int nameEnd(String text, int from) {
        int position = from;
        while (position < text.length()) {
            char c = text.charAt(position);
            if (c == '"') {
                int close = text.indexOf('"', position + 1);
                if (close < 0) {
                    return from;
                }
                position = close + 1;
            } else if (c == ' ' || c == '(') {
                return position;
            } else {
                position++;
            }
        }
        return from;
    }
}
