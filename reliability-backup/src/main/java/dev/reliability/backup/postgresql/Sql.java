package dev.reliability.backup.postgresql;

/** Writes names and texts into SQL where parameters can not stand. */
final class Sql {
    private Sql() {}

    /** A quoted name. */
    static String name(String name) {
        requireNoZero(name);
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    /** A quoted text, for sessions with {@code standard_conforming_strings = on}, as all of ours are. */
    static String text(String text) {
        requireNoZero(text);
        return "'" + text.replace("'", "''") + "'";
    }

    private static void requireNoZero(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a zero byte can not stand in SQL");
        }
    }
}
