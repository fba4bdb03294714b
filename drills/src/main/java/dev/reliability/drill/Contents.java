package dev.reliability.drill;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** The bytes of each document by its number: made when they are needed, never kept. */
final class Contents {
    private static final int LARGEST = 64 * 1024;
    /** One in so many is as large as can be. */
    private static final int LARGEST_EACH = 8;

    private final long seed;

    Contents(long seed) {
        this.seed = seed;
    }

    /** From 1 byte to 64 kB, small ones as often as large ones. */
    byte[] of(int number) {
        SplittableRandom random = new SplittableRandom(seed + number);
        int size = number % LARGEST_EACH == 0
                ? LARGEST
                : (int) Math.round(Math.exp(random.nextDouble() * Math.log(LARGEST)));
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
