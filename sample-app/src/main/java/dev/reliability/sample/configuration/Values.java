package dev.reliability.sample.configuration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads variables, and remembers every fault instead of stopping at the first. An empty text counts as none. */
final class Values {
    private static final int LONGEST_SECRET_FILE = 64 * 1024;

    private final Map<String, String> environment;
    private final Set<String> faults = new LinkedHashSet<>();

    Values(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** The value of a variable that has a default. */
    <T> T get(Variable<T> variable) {
        String byDefault = variable.byDefault();
        if (byDefault == null) {
            throw new IllegalArgumentException(variable.name() + " has no default: ask whether it is there");
        }
        return find(variable).orElseGet(() -> parsed(variable, byDefault));
    }

    /** The value of a variable, if it is there and right. */
    <T> Optional<T> find(Variable<T> variable) {
        String text = text(variable);
        if (text == null) {
            return Optional.empty();
        }
        Optional<T> value = variable.rule().parser().apply(text);
        if (value.isEmpty()) {
            fault(
                    variable,
                    (variable.secret() ? "" : "is '" + printable(text) + "', ") + "must be "
                            + variable.rule().description());
        }
        return value;
    }

    /** The value of a variable that must be there; empty text, and a fault, if it is not. */
    String require(Variable<String> variable, String why) {
        if (!isSet(variable)) {
            fault(
                    variable,
                    "is not set" + why + ": must be " + variable.rule().description()
                            + (variable.secret() ? ", or its file's path in " + variable.fileName() : ""));
        }
        return find(variable).orElse("");
    }

    /** Whether somebody has set it. */
    boolean isSet(Variable<?> variable) {
        return raw(variable.name()) != null || (variable.secret() && raw(variable.fileName()) != null);
    }

    void fault(Variable<?> variable, String sentence) {
        faults.add(variable.name() + " " + sentence);
    }

    /** @throws ConfigurationException with all faults, if there are any */
    void requireNoFaults() throws ConfigurationException {
        if (!faults.isEmpty()) {
            throw new ConfigurationException(List.copyOf(faults));
        }
    }

    private @Nullable String text(Variable<?> variable) {
        String text = raw(variable.name());
        String file = variable.secret() ? raw(variable.fileName()) : null;
        if (file == null) {
            return text;
        }
        if (text != null) {
            fault(variable, "and " + variable.fileName() + " are both set, must be one of them");
            return text;
        }
        return content(variable, file);
    }

    private @Nullable String content(Variable<?> variable, String file) {
        try {
            Path path = Path.of(file);
            if (Files.size(path) > LONGEST_SECRET_FILE) {
                faults.add(variable.fileName() + " names '" + printable(file) + "', which has more than "
                        + LONGEST_SECRET_FILE + " bytes");
                return null;
            }
            String content = Files.readString(path).replaceAll("\\R+\\z", "");
            if (content.isEmpty()) {
                faults.add(variable.fileName() + " names '" + printable(file) + "', which is empty");
                return null;
            }
            return content;
        } catch (IOException | InvalidPathException e) {
            faults.add(variable.fileName() + " names '" + printable(file) + "', which can not be read: "
                    + e.getClass().getSimpleName());
            return null;
        }
    }

    private @Nullable String raw(String name) {
        String text = environment.get(name);
        return text == null || text.isEmpty() ? null : text;
    }

    private static <T> T parsed(Variable<T> variable, String text) {
        return variable.rule()
                .parser()
                .apply(text)
                .orElseThrow(() -> new IllegalStateException("the default of " + variable.name() + " breaks its rule"));
    }

    static String printable(String text) {
        return printable(text, 80);
    }

    static String printable(String text, int longest) {
        String shown = text.length() > longest ? text.substring(0, longest) + "…" : text;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
