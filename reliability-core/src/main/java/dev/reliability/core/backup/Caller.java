package dev.reliability.core.backup;

import java.util.Objects;

/**
 * Who asked for an operation; kept in its record and logged.
 *
 * @param subject the token's {@code sub}, a user's name; 1 to 255 characters, no control characters
 */
public record Caller(String subject) {
    public Caller {
        Objects.requireNonNull(subject, "subject");
        if (subject.isEmpty() || subject.length() > 255 || subject.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a caller's subject has 1 to 255 characters and no control characters");
        }
    }

    /** The service itself: schedules, clean-up after a crash. */
    public static Caller system() {
        return new Caller("system");
    }
}
