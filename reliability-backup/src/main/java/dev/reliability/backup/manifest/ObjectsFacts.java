package dev.reliability.backup.manifest;

import java.util.List;

/**
 * The objects of a backup.
 *
 * @param count how many objects
 * @param bytes their bytes as the application sees them
 * @param storedBytes the bytes of all their blobs in the repository
 * @param unread how many of them were not read again, as they had the length and the moment of an earlier backup
 * @param keyset which folder of blobs they are in
 * @param references {@code checked} if every key that the rows name was looked for, {@code unchecked} if nobody said
 *     which they are
 * @param missing at most 1,000 keys that rows name and the store did not have
 * @param missingCount how many there are in all
 */
public record ObjectsFacts(
        long count,
        long bytes,
        long storedBytes,
        long unread,
        String keyset,
        String references,
        List<String> missing,
        long missingCount) {
    public ObjectsFacts {
        missing = List.copyOf(missing);
    }
}
