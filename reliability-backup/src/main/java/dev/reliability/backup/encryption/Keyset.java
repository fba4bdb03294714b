package dev.reliability.backup.encryption;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Who can read what is written, and so what may be shared: contents are stored once inside a keyset, never across two.
 * Without encryption there is one, {@code plain}, whose contents are called by their SHA-256. Else each set of recipients
 * is a keyset; there a content is called by an HMAC of its SHA-256, so that its name does not tell who has not the key
 * which content it is. Immutable; safe for use by any thread.
 */
public final class Keyset {
    /** The id of the keyset without encryption. */
    public static final String PLAIN_ID = "plain";

    private static final String HMAC = "HmacSHA256";
    private static final int ID_DIGITS = 16;

    private final String id;
    private final @Nullable Recipients recipients;
    private final @Nullable SecretKeySpec naming;

    private Keyset(String id, @Nullable Recipients recipients, @Nullable SecretKeySpec naming) {
        this.id = id;
        this.recipients = recipients;
        this.naming = naming;
    }

    /** Nothing is encrypted. */
    public static Keyset plain() {
        return new Keyset(PLAIN_ID, null, null);
    }

    /**
     * Everything is encrypted to these recipients.
     *
     * @param namingSecret names the contents; another one gives each content another name, so that all is stored anew
     */
    public static Keyset of(Recipients recipients, byte[] namingSecret) {
        return new Keyset(idOf(recipients), recipients, new SecretKeySpec(namingSecret, HMAC));
    }

    /** The first 16 hexadecimal digits of the SHA-256 of the recipients' lines, sorted: the same list, the same id. */
    private static String idOf(Recipients recipients) {
        try {
            byte[] lines = (String.join("\n", recipients.list()) + "\n").getBytes(StandardCharsets.US_ASCII);
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(lines))
                    .substring(0, ID_DIGITS);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** {@code plain}, or 16 hexadecimal digits: the folder of its blobs. */
    public String id() {
        return id;
    }

    /** Whether its bytes are stored encrypted. */
    public boolean encrypts() {
        return recipients != null;
    }

    /** To whom it encrypts; null if it does not. */
    public @Nullable Recipients recipients() {
        return recipients;
    }

    /** How a content is called here. */
    public String nameOf(String sha256) {
        SecretKeySpec key = naming;
        if (key == null) {
            return sha256;
        }
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(sha256.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has " + HMAC, e);
        }
    }

    /**
     * What is written to the stream that is returned arrives in {@code out} as it is to be stored; closing it ends that and
     * leaves {@code out} open.
     */
    public OutputStream storing(OutputStream out) throws IOException {
        Recipients to = recipients;
        return to == null ? Unclosed.of(out) : to.encrypt(out);
    }

    @Override
    public String toString() {
        return id;
    }
}
