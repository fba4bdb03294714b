package dev.reliability.backup.postgresql;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The settings of every session that writes, reads or compares rows. A database's or a role's own settings would change
 * the text of the same rows, or what is made of it; the session's win over them.
 */
final class SessionSettings {
    private static final Map<String, String> FIXED = fixed();

    private SessionSettings() {}

    private static Map<String, String> fixed() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("array_nulls", "on");
        settings.put("bytea_output", "hex");
        settings.put("datestyle", "ISO");
        settings.put("intervalstyle", "postgres");
        settings.put("extra_float_digits", "3");
        settings.put("standard_conforming_strings", "on");
        settings.put("statement_timeout", "0");
        settings.put("idle_in_transaction_session_timeout", "0");
        return settings;
    }

    /** For PGOPTIONS. The values have no blanks. */
    static String options(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(FIXED);
        all.putAll(more);
        return all.entrySet().stream()
                .map(setting -> "-c " + setting.getKey() + "=" + setting.getValue())
                .collect(Collectors.joining(" "));
    }

    /** As SQL, for a session in which a dump's own SET lines ran. */
    static String sql() {
        return FIXED.entrySet().stream()
                .map(setting -> "SET " + setting.getKey() + " = '" + setting.getValue() + "';")
                .collect(Collectors.joining(" ", "", " SET timezone = 'UTC';"));
    }
}
