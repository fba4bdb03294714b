package dev.reliability.backup.postgresql;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Reads lines of COPY text up to a line that ends them, from pieces cut anywhere. This is where the bytes are. */
final class CopyLines {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long NEWLINES = '\n' * ONES;

    private final TableDigest digest;
    private final byte[] end;
    /** The beginning of a line in parts, as long as it could still be the end. */
    private final byte[] start;

    private long partLength;
    private boolean ended;

    /** @param end the line after the last one, without its newline */
    CopyLines(TableDigest digest, byte[] end) {
        this.digest = digest;
        this.end = end;
        this.start = new byte[end.length];
    }

    /** Whether the line that ends the data was read. */
    boolean ended() {
        return ended;
    }

    /** Reads on; returns the position after the line that ends the data, else {@code to}. */
    int read(byte[] bytes, int from, int to) {
        int position = from;
        while (position < to) {
            int newline = newline(bytes, position, to);
            if (newline == to) {
                part(bytes, position, to - position);
                return to;
            }
            if (partLength == 0) {
                if (Arrays.equals(bytes, position, newline, end, 0, end.length)) {
                    ended = true;
                    return newline + 1;
                }
                digest.line(bytes, position, newline - position);
            } else {
                part(bytes, position, newline - position);
                boolean last = partLength == end.length && Arrays.equals(start, end);
                partLength = 0;
                if (last) {
                    digest.dropParts();
                    ended = true;
                    return newline + 1;
                }
                digest.endOfParts();
            }
            position = newline + 1;
        }
        return to;
    }

    private void part(byte[] bytes, int from, int length) {
        if (partLength < start.length) {
            System.arraycopy(bytes, from, start, (int) partLength, (int) Math.min(length, start.length - partLength));
        }
        digest.part(bytes, from, length);
        partLength += length;
    }

    /** The next newline, or {@code to}: eight bytes at a time, by the lowest zero byte of the difference. */
    private static int newline(byte[] bytes, int from, int to) {
        int position = from;
        for (; position <= to - Long.BYTES; position += Long.BYTES) {
            long difference = (long) LONGS.get(bytes, position) ^ NEWLINES;
            long zeros = (difference - ONES) & ~difference & HIGHS;
            if (zeros != 0) {
                return position + (Long.numberOfTrailingZeros(zeros) >>> 3);
            }
        }
        for (; position < to; position++) {
            if (bytes[position] == '\n') {
                return position;
            }
        }
        return to;
    }
}
