package dev.reliability.jaxrs;

import dev.reliability.jaxrs.problem.Problem;
import dev.reliability.jaxrs.problem.ProblemException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.PathSegment;
import jakarta.ws.rs.core.UriInfo;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The query of a call, read strictly: a parameter that the call does not know, or that is given twice, is refused by
 * name. Who misspells an option of a restore, or uses one that only a later version has, must not get a restore
 * without it. For the same reason nothing may be hidden where it would be ignored: in a body, or in the path behind a
 * semicolon.
 */
final class Parameters {
    private static final int LONGEST_ECHO = 80;

    private final UriInfo uri;

    /**
     * @param known all that this call takes
     * @throws ProblemException naming what it does not take
     */
    Parameters(UriInfo uri, HttpHeaders headers, Set<String> known) {
        this.uri = uri;
        for (PathSegment segment : uri.getPathSegments()) {
            segment.getMatrixParameters().keySet().stream().findFirst().ifPresent(name -> {
                throw refused("unknown_parameter", "The path has the parameter " + quoted(name) + "; it takes none.");
            });
        }
        for (Map.Entry<String, List<String>> parameter :
                uri.getQueryParameters().entrySet()) {
            String name = parameter.getKey();
            if (!known.contains(name)) {
                throw refused(
                        "unknown_parameter",
                        "The parameter " + quoted(name) + " is not known here, and nothing was done. "
                                + (known.isEmpty() ? "This call takes none." : "Known: " + sorted(known) + "."));
            }
            if (parameter.getValue().size() > 1) {
                throw refused("invalid_parameter", "The parameter " + quoted(name) + " is given more than once.");
            }
        }
        if (headers.getLength() > 0 || headers.getHeaderString("Transfer-Encoding") != null) {
            throw refused(
                    "unexpected_body", "This call takes no body, and nothing was done. Parameters go into the query.");
        }
    }

    /** The value, or null if the parameter is not there. */
    @Nullable String text(String name) {
        return uri.getQueryParameters().getFirst(name);
    }

    /** A value of an enumeration; null if the parameter is not there. */
    <T> @Nullable T one(String name, Function<String, Optional<T>> of, List<String> allowed) {
        String text = text(name);
        return text == null ? null : parsed(name, text, of, allowed);
    }

    /** Values of an enumeration, separated by commas; empty if the parameter is not there. */
    <T> Set<T> many(String name, Function<String, Optional<T>> of, List<String> allowed) {
        String text = text(name);
        if (text == null) {
            return Set.of();
        }
        return Arrays.stream(text.split(",", -1))
                .map(value -> parsed(name, value, of, allowed))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** True for {@code name} and {@code name=true}; false for {@code name=false} and nothing. */
    boolean flag(String name) {
        String text = text(name);
        if (text == null || text.equals("false")) {
            return false;
        }
        // "name=" is a value that got lost, such as a variable that was not set; it must not turn something on.
        if (text.equals("true") || (text.isEmpty() && isBare(name))) {
            return true;
        }
        throw refused("invalid_parameter", name + " is " + quoted(text) + ", must be true or false.");
    }

    /** A whole number of a range; {@code absent} if the parameter is not there. */
    int number(String name, int from, int to, int absent) {
        String text = text(name);
        if (text == null) {
            return absent;
        }
        if (text.matches("[0-9]{1,9}")) {
            int value = Integer.parseInt(text);
            if (value >= from && value <= to) {
                return value;
            }
        }
        throw refused(
                "invalid_parameter",
                name + " is " + quoted(text) + ", must be a whole number from " + from + " to " + to + ".");
    }

    /** What came from outside, fit for a sentence: cut, and without control characters. */
    static String quoted(String text) {
        String cut = text.length() > LONGEST_ECHO ? text.substring(0, LONGEST_ECHO) + "…" : text;
        return "'" + cut.replaceAll("\\p{Cntrl}", "?") + "'";
    }

    static ProblemException refused(String code, String detail) {
        return Problem.of(400, code, detail).toException();
    }

    private <T> T parsed(String name, String text, Function<String, Optional<T>> of, List<String> allowed) {
        return of.apply(text)
                .orElseThrow(() -> refused(
                        name.equals("type") ? "unknown_type" : "invalid_parameter",
                        name + " is " + quoted(text) + ", must be one of: " + String.join(", ", allowed) + "."));
    }

    private boolean isBare(String name) {
        String query = uri.getRequestUri().getRawQuery();
        return query != null && Arrays.asList(query.split("&", -1)).contains(name);
    }

    private static String sorted(Set<String> names) {
        return names.stream().sorted().collect(Collectors.joining(", "));
    }
}
