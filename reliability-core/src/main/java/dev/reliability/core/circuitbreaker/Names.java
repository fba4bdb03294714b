package dev.reliability.core.circuitbreaker;

import java.util.regex.Pattern;

/** What a breaker may be called: fit for JSON, metric tags, log lines and URLs as it is. */
final class Names {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");
    private static final int SHOWN = 80;

    private Names() {}

    static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("circuit breaker: name is '" + printable(name)
                    + "', must be 1 to 64 of a-z, A-Z, 0-9, '_', '.' and '-', the first a letter or a digit");
        }
        return name;
    }

    private static String printable(String name) {
        String shown = name.length() <= SHOWN ? name : name.substring(0, SHOWN) + "...";
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
