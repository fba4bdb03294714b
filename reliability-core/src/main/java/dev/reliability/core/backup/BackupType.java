package dev.reliability.core.backup;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What is in a backup. */
public enum BackupType {
    /** The database. */
    DATABASE,
    /** The object store. */
    STORAGE,
    /** Both, of one consistent moment, and the roles. */
    FULL;

    /** The name in ids, paths and JSON: {@code database}, {@code storage}, {@code full}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The type of this {@link #wireName()}, in lower case; empty if there is none. */
    public static Optional<BackupType> of(String wireName) {
        return Arrays.stream(values())
                .filter(type -> type.wireName().equals(wireName))
                .findFirst();
    }

    /** Whether it holds the database. */
    public boolean hasDatabase() {
        return this != STORAGE;
    }

    /** Whether it holds the objects. */
    public boolean hasStorage() {
        return this != DATABASE;
    }
}
