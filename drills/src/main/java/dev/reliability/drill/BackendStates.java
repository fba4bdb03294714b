package dev.reliability.drill;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the answers of a backend's probes: what is in which state. */
final class BackendStates {
    private static final Pattern STATUS = Pattern.compile("^\\s*\\{\\s*\"status\"\\s*:\\s*\"(\\w+)\"");
    private static final Pattern BREAKER =
            Pattern.compile("\"name\"\\s*:\\s*\"([\\w-]+)\"\\s*,\\s*\"state\"\\s*:\\s*\"(\\w+)\"");

    private BackendStates() {}

    static Map<String, String> ready(int status) {
        return Map.of("ready", status == 200 ? "ready" : "not ready");
    }

    static Map<String, String> health(String body) {
        Matcher status = STATUS.matcher(body);
        return status.find() ? Map.of("health", status.group(1)) : Map.of();
    }

    static Map<String, String> breakers(String body) {
        Map<String, String> states = new LinkedHashMap<>();
        for (Matcher breaker = BREAKER.matcher(body); breaker.find(); ) {
            states.put("breaker " + breaker.group(1), breaker.group(2));
        }
        return states;
    }
}
