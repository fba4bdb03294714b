package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts.TableFacts;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The statements that set what is no row of a table, as pg_dump writes them: sequences and large objects. */
final class ValueStatement extends WantedStatement {
    /** pg_dump writes large objects in pieces of 16 KiB, two digits a byte. */
    private static final int LONGEST = 1 << 20;

    /** The longest name that a server takes, quoted, with its schema, and the values. */
    private static final int LONGEST_CALL = 1024;

    private static final Pattern SEQUENCE =
            Pattern.compile("SELECT pg_catalog\\.setval\\('([^']*+(?:''[^']*+)*+)', (-?\\d+), (true|false)\\)");
    private static final Pattern OPEN = Pattern.compile("SELECT pg_catalog\\.lo_open\\('(\\d+)', \\d+\\)");
    private static final String WRITE = "SELECT pg_catalog.lowrite(0, '\\x";
    private static final String WRITE_END = "')";

    private final Map<RelationName, String> sequences = new LinkedHashMap<>();
    private final LargeObjectDigest largeObjects = new LargeObjectDigest();

    ValueStatement() {
        super(
                List.of("SELECT PG_CATALOG.SETVAL(", "SELECT PG_CATALOG.LO_OPEN(", "SELECT PG_CATALOG.LOWRITE("),
                LONGEST);
    }

    /** The last value of each sequence and whether it was handed out. */
    Map<RelationName, String> sequences() {
        return Collections.unmodifiableMap(sequences);
    }

    /** The bytes of large objects, hashed. */
    TableFacts largeObjects() {
        return largeObjects.facts();
    }

    @Override
    void whole(byte[] statement) {
        String text = new String(statement, StandardCharsets.ISO_8859_1);
        if (text.startsWith(WRITE) && text.endsWith(WRITE_END)) {
            write(text.substring(WRITE.length(), text.length() - WRITE_END.length()));
        } else if (text.length() <= LONGEST_CALL) {
            Matcher sequence = SEQUENCE.matcher(text);
            Matcher object = OPEN.matcher(text);
            if (sequence.matches()) {
                RelationName name = RelationName.of(sequence.group(1).replace("''", "'"));
                sequences.put(name, sequence.group(2) + ", " + sequence.group(3));
            } else if (object.matches()) {
                largeObjects.open(object.group(1));
            }
        }
    }

    private void write(String hex) {
        try {
            largeObjects.write(HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException none) {
            // The server refuses it too.
        }
    }

    /** It is none of pg_dump's; what it sets shows when it is read back. */
    @Override
    void tooLong(int limit) {
        // Nothing of it is kept.
    }
}
