package dev.reliability.sample.configuration;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What a variable's text must be, and the value that it is then.
 *
 * @param description completes "must be …"
 * @param parser the value; empty if the text breaks the rule
 */
record Rule<T>(String description, Function<String, Optional<T>> parser) {
    private static final int LONGEST_NAME = 63;

    static Rule<String> text(String description) {
        return new Rule<>(description, Optional::of);
    }

    static Rule<String> matching(String description, String pattern) {
        return new Rule<>(description, text -> Optional.of(text).filter(given -> given.matches(pattern)));
    }

    /** What PostgreSQL takes for the name of a role or a database. */
    static Rule<String> name() {
        return new Rule<>(
                "a name of 1 to 63 bytes",
                text -> Optional.of(text).filter(name -> name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME));
    }

    static Rule<Path> path() {
        return new Rule<>("a path", text -> {
            try {
                return Optional.of(Path.of(text));
            } catch (InvalidPathException notAPath) {
                return Optional.empty();
            }
        });
    }

    static Rule<Integer> integer(int from, int to) {
        return new Rule<>(
                "a whole number from " + from + " to " + to,
                text -> number(text, from, to).map(Long::intValue));
    }

    static Rule<Long> size(long from) {
        return new Rule<>("a whole number of bytes, " + from + " or more", text -> number(text, from, Long.MAX_VALUE));
    }

    static Rule<Duration> hours(int from, int to) {
        return new Rule<>(
                "a whole number of hours from " + from + " to " + to,
                text -> number(text, from, to).map(Duration::ofHours));
    }

    static Rule<Duration> minutes(int from, int to) {
        return new Rule<>(
                "a whole number of minutes from " + from + " to " + to,
                text -> number(text, from, to).map(Duration::ofMinutes));
    }

    static Rule<Duration> seconds(int from, int to) {
        return new Rule<>(
                "a whole number of seconds from " + from + " to " + to,
                text -> number(text, from, to).map(Duration::ofSeconds));
    }

    static Rule<Duration> duration(Duration from, Duration to) {
        return new Rule<>(
                "a duration such as 90s, 30m, 24h or 7d, from " + Durations.format(from) + " to "
                        + Durations.format(to),
                text -> Durations.parse(text).filter(value -> value.compareTo(from) >= 0 && value.compareTo(to) <= 0));
    }

    static Rule<Boolean> bool() {
        return new Rule<>("true or false", text -> switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        });
    }

    static Rule<String> oneOf(String... words) {
        List<String> all = List.of(words);
        return new Rule<>(
                all.size() == 2 ? words[0] + " or " + words[1] : "one of " + String.join(", ", all),
                text -> Optional.of(text).filter(all::contains));
    }

    /** Words separated by commas, each once, in the order given. */
    static Rule<Set<String>> someOf(String... words) {
        List<String> all = List.of(words);
        return new Rule<>("a list, separated by commas, of " + String.join(", ", all), text -> {
            Set<String> chosen = new LinkedHashSet<>(
                    Arrays.stream(text.split(",", -1)).map(String::strip).toList());
            return Optional.of(chosen).filter(all::containsAll);
        });
    }

    private static Optional<Long> number(String text, long from, long to) {
        try {
            return Optional.of(Long.parseLong(text)).filter(value -> value >= from && value <= to);
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }
}
