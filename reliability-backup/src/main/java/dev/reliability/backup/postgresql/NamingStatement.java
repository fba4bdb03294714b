package dev.reliability.backup.postgresql;

import dev.reliability.backup.postgresql.DumpNames.Use;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The statements that name roles and extensions, and the names in them. Memory is bounded, whatever the dump holds. */
final class NamingStatement extends WantedStatement {
    private static final int LONGEST = 64 * 1024;
    private static final int MOST_NAMES = 10_000;

    private final Map<Use, Set<String>> names = new EnumMap<>(Use.class);
    private final Set<String> made = new HashSet<>();

    NamingStatement() {
        super(
                List.of(
                        "ALTER ",
                        "GRANT ",
                        "REVOKE ",
                        "SET SESSION AUTHORIZATION ",
                        "CREATE EXTENSION ",
                        "CREATE GROUP ",
                        "CREATE POLICY ",
                        "CREATE ROLE ",
                        "CREATE SCHEMA ",
                        "CREATE USER "),
                LONGEST);
    }

    /** What it names is kept. */
    @Override
    void whole(byte[] statement) {
        new NamingClauses(SqlTokens.of(DumpText.of(statement)), this).read();
    }

    /** It needs this to be there. */
    void names(Use use, String name) {
        Set<String> all = names.computeIfAbsent(use, none -> new TreeSet<>());
        // No name has a zero byte, and no statement about it could be made.
        if (all.size() < MOST_NAMES && name.indexOf('\0') < 0) {
            all.add(name);
        }
    }

    /** It makes this role itself. */
    void makes(String role) {
        if (made.size() < MOST_NAMES) {
            made.add(role);
        }
    }

    /** All that was named until now. */
    DumpNames all() {
        Map<Use, Set<String>> needed = new EnumMap<>(Use.class);
        names.forEach((use, all) -> {
            Set<String> left = new TreeSet<>(all);
            left.removeAll(made);
            needed.put(use, left);
        });
        return new DumpNames(needed);
    }

    /** It is left to the server: what it names is not worth the memory. */
    @Override
    void tooLong(int limit) {
        // Nothing of it is kept.
    }
}
