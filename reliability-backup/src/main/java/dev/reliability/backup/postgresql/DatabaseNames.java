package dev.reliability.backup.postgresql;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The names of the databases that a restore makes, from the live one's and the operation alone: whoever takes over finds
 * them again.
 */
final class DatabaseNames {
    /** PostgreSQL cuts longer names without a word. */
    private static final int LONGEST = 63;

    private static final Pattern OPERATION = Pattern.compile("[a-z0-9_]{1,32}");

    private DatabaseNames() {}

    /** The database that is restored into. */
    static String scratch(String live, String operation) {
        return cut(live, "_r_" + suffix(operation));
    }

    /** What the live database is called after it was replaced. */
    static String kept(String live, String operation) {
        return cut(live, "_b_" + suffix(operation));
    }

    /** The same before there is an operation, whose part of the name is written as {@code <operation>}. */
    static String keptByAny(String live) {
        String like = "00000000_000000_000000";
        String name = kept(live, "op_" + like);
        return name.substring(0, name.length() - like.length()) + "<operation>";
    }

    /** Whether this can be part of a database's name. */
    static boolean isOperation(String operation) {
        return OPERATION.matcher(operation).matches();
    }

    private static String suffix(String operation) {
        if (!isOperation(operation)) {
            throw new IllegalArgumentException("operation is '" + operation + "', must match " + OPERATION.pattern());
        }
        return operation.startsWith("op_") ? operation.substring(3) : operation;
    }

    private static String cut(String live, String suffix) {
        int room = LONGEST - suffix.length();
        String name = live;
        while (name.getBytes(StandardCharsets.UTF_8).length > room) {
            name = name.substring(0, name.offsetByCodePoints(name.length(), -1));
        }
        return name + suffix;
    }
}
