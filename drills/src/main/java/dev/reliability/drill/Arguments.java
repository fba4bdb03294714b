package dev.reliability.drill;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Arguments of the form {@code --name value}; a name may come several times. */
final class Arguments {
    private final Map<String, List<String>> values = new HashMap<>();

    /** @throws IllegalArgumentException if one is not known, or lacks its value */
    Arguments(List<String> words, Set<String> known) {
        for (int i = 0; i < words.size(); i += 2) {
            String name = words.get(i);
            if (!name.startsWith("--") || !known.contains(name.substring(2))) {
                throw new IllegalArgumentException("there is no option '" + name + "'");
            }
            if (i + 1 == words.size()) {
                throw new IllegalArgumentException("the option " + name + " needs a value");
            }
            values.computeIfAbsent(name.substring(2), key -> new ArrayList<>()).add(words.get(i + 1));
        }
    }

    /** @throws IllegalArgumentException if it is not given */
    String required(String name) {
        return optional(name).orElseThrow(() -> new IllegalArgumentException("the option --" + name + " is missing"));
    }

    Optional<String> optional(String name) {
        return all(name).stream().findFirst();
    }

    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** @throws IllegalArgumentException if it is no whole number between these */
    int number(String name, int otherwise, int least, int most) {
        String text = optional(name).orElse(Integer.toString(otherwise));
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
            throw new IllegalArgumentException(
                    "--%s %s must be a whole number from %d to %d".formatted(name, text, least, most));
        }
        return Integer.parseInt(text);
    }

    /** Those of the form {@code KEY=VALUE}, in their order. */
    Map<String, String> pairs(String name) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : all(name)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("--" + name + " " + pair + " must be NAME=ALLOWED");
            }
            pairs.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return pairs;
    }
}
