package dev.reliability.backup.objects;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.Arrays;

/**
 * A set of keys that remembers 8 bytes of each. It may take a key that it never saw for one that it did, with a chance
 * of 1 in 2^64 a pair: for ten million objects and as many rows about one in two hundred thousand backups.
 *
 * <p>Add everything first, then ask: the first question sorts.
 */
public final class KeyFingerprints {
    private final Hasher64 hasher = Hashing.xxh3_64();
    private long[] fingerprints = new long[1024];
    private int size;
    private boolean sorted;

    /** Adds a key. */
    public void add(String key) {
        if (size == fingerprints.length) {
            fingerprints = Arrays.copyOf(fingerprints, Math.multiplyExact(size, 2));
        }
        fingerprints[size++] = hasher.hashCharsToLong(key);
        sorted = false;
    }

    /** Whether this key was added. */
    public boolean contains(String key) {
        return find(key) >= 0;
    }

    /** Whether this key was added twice or more; like {@link #contains} it may say so of one that was not. */
    boolean isRepeated(String key) {
        int found = find(key);
        return found >= 0
                && ((found > 0 && fingerprints[found - 1] == fingerprints[found])
                        || (found + 1 < size && fingerprints[found + 1] == fingerprints[found]));
    }

    private int find(String key) {
        if (!sorted) {
            Arrays.sort(fingerprints, 0, size);
            sorted = true;
        }
        return Arrays.binarySearch(fingerprints, 0, size, hasher.hashCharsToLong(key));
    }
}
