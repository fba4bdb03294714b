package dev.reliability.backup.manifest;

import dev.reliability.backup.internal.Checksum;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
        byte[] hmac = hmacLine(keys.isEmpty() ? null : keys.sign(openDocument, openDocument.length))
                .getBytes(StandardCharsets.US_ASCII);
        byte[] body = Arrays.copyOf(openDocument, openDocument.length + hmac.length);
        System.arraycopy(hmac, 0, body, openDocument.length, hmac.length);
        return Checksum.close(body);
    }

    /** Checks a document. */
    public Proof check(byte[] document) {
        String fault = Checksum.faultOf(document);
        if (fault != null) {
            return new Proof.Broken(fault);
        }
        int body = document.length - Checksum.LENGTH;
        for (int length : new int[] {SHORT_HMAC, LONG_HMAC}) {
            Matcher hmac = HMAC_LINE.matcher(text(document, body - length, body));
            if (hmac.matches()) {
                return trust(document, body - length, hmac.group(1));
            }
        }
        return new Proof.Broken("it has no line for an hmac");
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

    private static String text(byte[] bytes, int from, int to) {
        return from < 0 ? "" : new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
