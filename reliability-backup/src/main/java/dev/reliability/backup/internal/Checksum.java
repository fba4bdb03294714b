package dev.reliability.backup.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The last two lines of every JSON document of a repository: its own SHA-256, over all bytes before them. Whoever acts
 * by a document that is rewritten all the time reads it without; a verification asks.
 *
 * <pre>
 *   "sha256": "64 hexadecimal digits"
 * }
 * </pre>
 */
public final class Checksum {
    /** How many bytes it has. */
    public static final int LENGTH = tail("0".repeat(64)).length;

    private static final Pattern TAIL = Pattern.compile("  \"sha256\": \"([0-9a-f]{64})\"\n}\n");

    private Checksum() {}

    /**
     * Ends a document.
     *
     * @param body an object up to the end of the line of its last field, with the comma behind it
     */
    public static byte[] close(byte[] body) {
        byte[] tail = tail(sha256(body, body.length));
        byte[] whole = Arrays.copyOf(body, body.length + tail.length);
        System.arraycopy(tail, 0, whole, body.length, tail.length);
        return whole;
    }

    /** What shows that this is not what was written: one sentence; null if every byte is as it was. */
    public static @Nullable String faultOf(byte[] document) {
        int body = document.length - LENGTH;
        Matcher tail = TAIL.matcher(body <= 0 ? "" : new String(document, body, LENGTH, StandardCharsets.ISO_8859_1));
        if (!tail.matches()) {
            return "it does not end with its checksum: cut off, or never whole";
        }
        String measured = sha256(document, body);
        return measured.equals(tail.group(1))
                ? null
                : "its last line names sha256 " + tail.group(1) + ", its bytes have " + measured;
    }

    private static byte[] tail(String sha256) {
        return ("  \"sha256\": \"" + sha256 + "\"\n}\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static String sha256(byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, length);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
