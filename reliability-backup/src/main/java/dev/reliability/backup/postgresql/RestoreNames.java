package dev.reliability.backup.postgresql;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the databases of a restore are called. The name tells whose restore it was and when, so that a successor finds
 * them by name alone: {@code <live>_r_<operation>} while it is loaded, {@code <live>_b_<operation>} for what it replaced.
 */
final class RestoreNames {
    /** PostgreSQL cuts longer names without a word. */
    private static final int LONGEST = 63;

    private static final Pattern OPERATION = Pattern.compile("op_([0-9]{8})_([0-9]{6})_([0-9a-f]{6})");
    private static final Pattern KEPT = Pattern.compile(".*_b_([0-9]{8})([0-9]{6})([0-9a-f]{6})", Pattern.DOTALL);
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss").withResolverStyle(ResolverStyle.STRICT);

    private RestoreNames() {}

    /** The new database of a restore, until it takes the live one's name. */
    static String scratch(String live, String operation) {
        return cut(live, "_r_" + compact(operation));
    }

    /** What the live database is called after a restore has replaced it. */
    static String kept(String live, String operation) {
        return cut(live, "_b_" + compact(operation));
    }

    /** The comment of a replaced database: two live names may have been cut to the same. */
    static String keptComment(String operation, String live) {
        return "replaced by restore " + operation + "; was " + live;
    }

    /** The restore that kept the database of this name; empty if the name is none of ours. */
    static Optional<String> operationOf(String keptName) {
        Matcher matcher = KEPT.matcher(keptName);
        return matcher.matches()
                ? Optional.of("op_" + matcher.group(1) + "_" + matcher.group(2) + "_" + matcher.group(3))
                : Optional.empty();
    }

    /** When the restore of this id began; empty if that is no id. */
    static Optional<Instant> momentOf(String operation) {
        Matcher matcher = OPERATION.matcher(operation);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDateTime.parse(matcher.group(1) + matcher.group(2), STAMP)
                    .toInstant(ZoneOffset.UTC));
        } catch (DateTimeException notADate) {
            return Optional.empty();
        }
    }

    private static String compact(String operation) {
        Matcher matcher = OPERATION.matcher(operation);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not an operation's id: " + operation);
        }
        return matcher.group(1) + matcher.group(2) + matcher.group(3);
    }

    /** Shortens the live name by whole characters until the whole fits. */
    private static String cut(String live, String suffix) {
        int end = live.length();
        while ((live.substring(0, end) + suffix).getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            end = live.offsetByCodePoints(end, -1);
        }
        return live.substring(0, end) + suffix;
    }
}
