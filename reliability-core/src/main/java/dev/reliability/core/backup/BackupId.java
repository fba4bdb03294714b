package dev.reliability.core.backup;

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
 * The id of a backup: {@code yyyyMMdd_HHmmss} in UTC, the moment of its snapshot by the repository's clock; for a
 * second that is taken {@code _2}, {@code _3}, … up to {@code _999} follow.
 */
public final class BackupId {
    private static final Pattern PATTERN = Pattern.compile("([0-9]{8}_[0-9]{6})(?:_([2-9]|[1-9][0-9]{1,2}))?");
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuuMMdd_HHmmss").withResolverStyle(ResolverStyle.STRICT);

    private BackupId() {}

    /** Whether this text is an id, by its form alone. */
    public static boolean isValid(String text) {
        return momentOf(text).isPresent();
    }

    /** The moment that an id names; empty if the text is not an id. */
    public static Optional<Instant> momentOf(String text) {
        Matcher matcher = PATTERN.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDateTime.parse(matcher.group(1), FORMAT).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException notADate) {
            return Optional.empty();
        }
    }

    /**
     * The id of the n-th backup of this second.
     *
     * @param ordinal from 1 to 999
     */
    public static String of(Instant moment, int ordinal) {
        if (ordinal < 1 || ordinal > 999) {
            throw new IllegalArgumentException("ordinal is " + ordinal + ", must be from 1 to 999");
        }
        String base = FORMAT.format(moment.atOffset(ZoneOffset.UTC));
        return ordinal == 1 ? base : base + "_" + ordinal;
    }
}
