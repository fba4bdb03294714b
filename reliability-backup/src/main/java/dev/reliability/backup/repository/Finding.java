package dev.reliability.backup.repository;

import dev.reliability.core.storage.ObjectStoreException;
import java.util.Locale;

/**
 * What is wrong with one file of a repository.
 *
 * @param kind what
 * @param key where it lies, or should lie
 * @param words one sentence part that says how it shows, with the expected and the actual value
 */
public record Finding(Kind kind, String key, String words) {

    /** What can be wrong with a file. */
    public enum Kind {
        /** Something that lies there says that it must be there, and it is not. */
        MISSING,
        /** Its bytes are not those that were written. */
        DAMAGED,
        /** Its bytes are whole, and say something else than another file that is whole too. */
        CONTRADICTORY,
        /** Its bytes are whole, and none of the signing keys has signed them. */
        UNTRUSTED,
        /** Its bytes are whole, and a restore of it fails or has another outcome than what was backed up. */
        UNRESTORABLE,
        /** Written by another version; it is not looked into. */
        UNKNOWN_FORMAT,
        /** Nobody who writes into a repository has put it there; it is never read, counted or deleted. */
        FOREIGN;

        /** The name for people and scripts, in lower case. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A file that could not be read, where that concerns this file alone: then the others are still to be looked at.
     *
     * @throws ObjectStoreException if the store as a whole does not answer now, or if this thread was interrupted
     */
    public static Finding unreadable(String key, ObjectStoreException failure) throws ObjectStoreException {
        if (failure.retryable() || Thread.currentThread().isInterrupted()) {
            throw failure;
        }
        return new Finding(Kind.DAMAGED, key, "it can not be read: " + failure.getMessage());
    }

    /** Whether it makes a repository less than whole: a foreign file is in nobody's way. */
    public boolean harms() {
        return kind != Kind.FOREIGN;
    }

    /** {@code <kind> <key>: <words>}, on one line. */
    @Override
    public String toString() {
        return kind.wireName() + " " + key + ": " + words;
    }
}
