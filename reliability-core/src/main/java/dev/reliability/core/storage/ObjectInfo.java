package dev.reliability.core.storage;

import java.time.Instant;
import java.util.Objects;

/**
 * What a store knows of an object.
 *
 * @param key its key
 * @param size its length in bytes
 * @param lastModified when it was written, by the store's own clock, to the second or better
 * @param attributes what was given when it was written; {@link ObjectAttributes#NONE} in listings and in stores that
 *     do not keep attributes
 */
public record ObjectInfo(String key, long size, Instant lastModified, ObjectAttributes attributes) {
    public ObjectInfo {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(lastModified, "lastModified");
        Objects.requireNonNull(attributes, "attributes");
        if (size < 0) {
            throw new IllegalArgumentException("size must not be negative: " + size);
        }
    }
}
