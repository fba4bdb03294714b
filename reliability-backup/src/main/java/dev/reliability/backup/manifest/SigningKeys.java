package dev.reliability.backup.manifest;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secrets that prove who wrote a manifest: the first one signs, any of them verifies, so that one can be replaced
 * while what the old one signed stays trusted. Immutable; never printed.
 */
public final class SigningKeys {
    /** A key has at least so many bytes of UTF-8. */
    public static final int MIN_BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";

    private final List<SecretKeySpec> keys;

    private SigningKeys(List<SecretKeySpec> keys) {
        this.keys = List.copyOf(keys);
    }

    /** No key: nothing is signed, and the repository as a whole is trusted. */
    public static SigningKeys none() {
        return new SigningKeys(List.of());
    }

    /**
     * These keys; their UTF-8 bytes are the key.
     *
     * @param secrets the one that signs first; may be empty
     * @throws IllegalArgumentException if any of them is too short, naming which by their position, never their text
     */
    public static SigningKeys of(List<String> secrets) {
        List<SecretKeySpec> keys = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < secrets.size(); i++) {
            byte[] bytes = secrets.get(i).getBytes(StandardCharsets.UTF_8);
            if (bytes.length < MIN_BYTES) {
                faults.add(
                        "signing key " + (i + 1) + " has " + bytes.length + " bytes, needs " + MIN_BYTES + " or more");
            } else {
                keys.add(new SecretKeySpec(bytes, ALGORITHM));
            }
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", faults));
        }
        return new SigningKeys(keys);
    }

    /** Whether there is no key. */
    public boolean isEmpty() {
        return keys.isEmpty();
    }

    /** How many keys there are. */
    public int count() {
        return keys.size();
    }

    /**
     * A secret of its own for another use, made from the first key: 32 bytes, always the same.
     *
     * @param use what it is for, in a few words; another one gives another secret
     * @throws IllegalStateException if there is no key
     */
    public byte[] derive(String use) {
        if (keys.isEmpty()) {
            throw new IllegalStateException("without a key there is none to be made from it");
        }
        byte[] name = ("reliability: " + use).getBytes(StandardCharsets.UTF_8);
        return hmac(keys.get(0), name, name.length);
    }

    /** The HMAC-SHA256 of these bytes by the first key, 64 hexadecimal digits. */
    String sign(byte[] bytes, int length) {
        return HexFormat.of().formatHex(hmac(keys.get(0), bytes, length));
    }

    /** Whether any key made this HMAC of these bytes; takes the same time for every wrong one. */
    boolean verify(byte[] bytes, int length, String hmac) {
        byte[] given = HexFormat.of().parseHex(hmac);
        boolean proved = false;
        for (SecretKeySpec key : keys) {
            proved |= MessageDigest.isEqual(hmac(key, bytes, length), given);
        }
        return proved;
    }

    private static byte[] hmac(SecretKeySpec key, byte[] bytes, int length) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(bytes, 0, length);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    @Override
    public String toString() {
        return "SigningKeys[" + keys.size() + "]";
    }
}
