package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts.TableFacts;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Hashes large objects in pieces of a fixed length, whatever pieces they come in: for each its object, its number and its
 * SHA-256, which a server can work out too. Their order does not matter.
 */
final class LargeObjectDigest {
    static final String NAME = "large objects";

    /** Bytes of a piece; the last one of an object may have fewer. */
    static final int PIECE = 16 * 1024;

    private final TableDigest pieces = new TableDigest();
    private final MessageDigest sha256;
    private String object = "";
    private long number;
    private int length;

    LargeObjectDigest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The bytes that follow are those of this object, from its first one on. */
    void open(String id) {
        endPiece();
        object = id;
        number = 0;
    }

    /** More of its bytes. */
    void write(byte[] bytes) {
        for (int from = 0; from < bytes.length; ) {
            int part = Math.min(bytes.length - from, PIECE - length);
            sha256.update(bytes, from, part);
            length += part;
            from += part;
            if (length == PIECE) {
                endPiece();
            }
        }
    }

    /** All pieces until now; the last object is at its end. */
    TableFacts facts() {
        endPiece();
        return pieces.facts(NAME);
    }

    private void endPiece() {
        if (length > 0) {
            String line = object + "\t" + number + "\t" + HexFormat.of().formatHex(sha256.digest());
            pieces.line(line.getBytes(StandardCharsets.US_ASCII), 0, line.length());
            number++;
            length = 0;
        }
    }
}
