package dev.reliability.backup.objects;

import dev.reliability.core.storage.ObjectAttributes;
import java.time.Instant;

/**
 * One object of a backup: a line of its index.
 *
 * @param key the object's key in the application's store
 * @param size its bytes
 * @param sha256 of its bytes
 * @param blob the key of the blob in the repository that has these bytes
 * @param modified when the application's store says that it was written
 * @param attributes what the application's store kept beside it
 */
public record ObjectEntry(
        String key, long size, String sha256, String blob, Instant modified, ObjectAttributes attributes) {}
