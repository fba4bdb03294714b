package dev.reliability.core.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;

/**
 * Bytes for tests that are made from a number when they are needed: equal seeds and sizes give equal bytes.
 *
 * @param seed what they are made from
 * @param size how many
 */
public record Content(long seed, long size) {
    private static final int STEP = 64 * 1024;

    /** No bytes. */
    public static final Content EMPTY = new Content(0, 0);

    /** Writes them piece by piece. */
    public ObjectBody body() {
        return out -> {
            Random random = new Random(seed);
            for (long left = size; left > 0; left -= STEP) {
                byte[] piece = next(random);
                out.write(piece, 0, (int) Math.min(left, STEP));
            }
        };
    }

    /** All of them. */
    public byte[] bytes() {
        byte[] bytes = new byte[Math.toIntExact(size)];
        Random random = new Random(seed);
        for (int at = 0; at < bytes.length; at += STEP) {
            System.arraycopy(next(random), 0, bytes, at, Math.min(STEP, bytes.length - at));
        }
        return bytes;
    }

    /** Whether a stream delivers exactly these; reads it piece by piece, to its end or the first difference. */
    public boolean isIn(InputStream in) throws IOException {
        Random random = new Random(seed);
        for (long left = size; left > 0; left -= STEP) {
            int length = (int) Math.min(left, STEP);
            if (!Arrays.equals(in.readNBytes(length), Arrays.copyOf(next(random), length))) {
                return false;
            }
        }
        return in.read() < 0;
    }

    private static byte[] next(Random random) {
        byte[] piece = new byte[STEP];
        random.nextBytes(piece);
        return piece;
    }
}
