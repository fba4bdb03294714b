package dev.reliability.backup.postgresql;

import com.dynatrace.hash4j.hashing.HashStream128;
import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.reliability.backup.manifest.DatabaseFacts.TableFacts;
import java.util.HexFormat;

/**
 * Counts and hashes a table's rows as lines of COPY text: the sum modulo 2^128 of xxh3_128 of each line, so that the
 * order of the rows does not matter. It detects damage and mistakes; it is no defence against somebody who chooses rows
 * to collide (the artifact's sha256 and signature are).
 */
final class TableDigest {
    private static final Hasher128 HASHER = Hashing.xxh3_128();

    private final HashStream128 parts = HASHER.hashStream();
    private long rows;
    private long high;
    private long low;

    /** A line, without its newline. */
    void line(byte[] bytes, int from, int length) {
        add(HASHER.hashBytesTo128Bits(bytes, from, length));
    }

    /** A part of a line that is longer than the reader's buffer. */
    void part(byte[] bytes, int from, int length) {
        parts.putBytes(bytes, from, length);
    }

    /** Ends the line that was given in parts. */
    void endOfParts() {
        add(parts.get());
        parts.reset();
    }

    /** Forgets the parts: they were no line of data. */
    void dropParts() {
        parts.reset();
    }

    long rows() {
        return rows;
    }

    TableFacts facts(String table) {
        HexFormat hex = HexFormat.of();
        return new TableFacts(table, rows, hex.toHexDigits(high) + hex.toHexDigits(low));
    }

    private void add(HashValue128 hash) {
        long sum = low + hash.getLeastSignificantBits();
        long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        low = sum;
        high += hash.getMostSignificantBits() + carry;
        rows++;
    }
}
