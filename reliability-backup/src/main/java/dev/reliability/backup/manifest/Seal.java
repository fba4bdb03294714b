package dev.reliability.backup.manifest;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Ends a JSON document with the proof that it is whole and ours. The last three lines are always
 *
 * <pre>
 *   "hmac": "64 hexadecimal digits",       HMAC-SHA256 of all bytes before this line; null without a key
 *   "sha256": "64 hexadecimal digits"      SHA-256 of all bytes before this line, so the HMAC too
 * }
 * </pre>
 *
 * so that {@code head -n -2 FILE | sha256sum} checks it without us. Immutable; safe for use by any thread.
 */
public final class Seal {
    private static final int HASH_TAIL = hashTail("0".repeat(64)).length();
    private static final Pattern HASH_LINES = Pattern.compile("  \"sha256\": \"([0-9a-f]{64})\"\n}\n");
    private static final Pattern HMAC_LINE = Pattern.compile("  \"hmac\": (?:null|\"([0-9a-f]{64})\"),\n");
    private static final int SHORT_HMAC = hmacLine(null).length();
    private static final int LONG_HMAC = hmacLine("0".repeat(64)).length();

    private final SigningKeys keys;

    /** @param keys the first one signs, any of them is trusted */
    public Seal(SigningKeys keys) {
        this.keys = keys;
    }

    /** What a seal says of its document. */
    public sealed interface Proof {

        /**
         * Whole, and by one of our keys, or there is no key.
         *
         * @param signed false only if there is no key
         */
        record Ours(boolean signed) implements Proof {}

        /**
         * Whole, and by none of our keys.
         *
         * @param reason one sentence
         */
        record Stranger(String reason) implements Proof {}

        /**
         * Not what was sealed, or never sealed.
         *
         * @param reason one sentence
         */
        record Broken(String reason) implements Proof {}
    }

    /**
     * Ends a document.
     *
     * @param openDocument an object up to its last field, as {@code Json.openDocument} gives it
     */
    public byte[] close(byte[] openDocument) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(openDocument.length + 256);
        out.writeBytes(openDocument);
        out.writeBytes(ascii(",\n"));
        byte[] body = out.toByteArray();
        out.writeBytes(ascii(hmacLine(keys.isEmpty() ? null : keys.sign(body, body.length))));
        out.writeBytes(ascii(hashTail(sha256(out.toByteArray(), out.size()))));
        return out.toByteArray();
    }

    /** Checks a document. */
    public Proof check(byte[] document) {
        int hashed = document.length - HASH_TAIL;
        Matcher hash = HASH_LINES.matcher(text(document, hashed, document.length));
        if (hashed <= 0 || !hash.matches()) {
            return new Proof.Broken("it does not end with a seal: cut off, or never whole");
        }
        String measured = sha256(document, hashed);
        if (!measured.equals(hash.group(1))) {
            return new Proof.Broken("its seal names sha256 " + hash.group(1) + ", its bytes have " + measured);
        }
        for (int length : new int[] {SHORT_HMAC, LONG_HMAC}) {
            Matcher hmac = HMAC_LINE.matcher(text(document, hashed - length, hashed));
            if (hmac.matches()) {
                return trust(document, hashed - length, hmac.group(1));
            }
        }
        return new Proof.Broken("its seal has no line for an hmac");
    }

    private Proof trust(byte[] document, int length, @Nullable String hmac) {
        if (keys.isEmpty()) {
            return new Proof.Ours(false);
        }
        if (hmac == null) {
            return new Proof.Stranger("it is not signed, and this service trusts only what its signing key has signed");
        }
        return keys.verify(document, length, hmac)
                ? new Proof.Ours(true)
                : new Proof.Stranger("its signature is by none of the signing keys of this service (" + keys.count()
                        + " configured)");
    }

    private static String hmacLine(@Nullable String hmac) {
        return "  \"hmac\": " + (hmac == null ? "null" : "\"" + hmac + "\"") + ",\n";
    }

    private static String hashTail(String sha256) {
        return "  \"sha256\": \"" + sha256 + "\"\n}\n";
    }

    private static String text(byte[] bytes, int from, int to) {
        return from < 0 ? "" : new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
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
