package dev.reliability.backup.repository;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.BitSet;

/**
 * Remembers any number of keys in 16 MiB, and may take a key for one of them that is not: a Bloom filter. Of a million
 * keys one other in a hundred million is mistaken, of ten millions one in five hundred. Whoever asks must be safe
 * then; another salt mistakes other keys. Safe for use by several threads once it is filled.
 */
public final class KeyFilter {
    private static final int BITS = 1 << 27;
    private static final int HASHES = 6;

    private final BitSet bits = new BitSet(BITS);
    private final long salt;

    /** @param salt any number */
    public KeyFilter(long salt) {
        this.salt = salt;
    }

    /** Remembers a key. */
    public void add(String key) {
        HashValue128 hash = hash(key);
        for (int i = 0; i < HASHES; i++) {
            bits.set(bit(hash, i));
        }
    }

    /** True for every key that was remembered, and very rarely for another one. */
    public boolean mightContain(String key) {
        HashValue128 hash = hash(key);
        for (int i = 0; i < HASHES; i++) {
            if (!bits.get(bit(hash, i))) {
                return false;
            }
        }
        return true;
    }

    private HashValue128 hash(String key) {
        return Hashing.xxh3_128(salt).hashCharsTo128Bits(key);
    }

    private static int bit(HashValue128 hash, int i) {
        return (int) (hash.getMostSignificantBits() + i * (hash.getLeastSignificantBits() | 1)) & (BITS - 1);
    }
}
