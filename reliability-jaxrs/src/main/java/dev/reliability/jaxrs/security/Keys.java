package dev.reliability.jaxrs.security;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Reads keys; what is wrong with them is added to a list of faults, without a byte of them. */
final class Keys {
    /** Bytes that a secret has at least: as many as HS256's digest (RFC 7518, 3.2). */
    static final int SHORTEST_SECRET = 32;

    private static final int SHORTEST_RSA_BITS = 2048;
    private static final Pattern PEM =
            Pattern.compile("\\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----\\s*");

    private Keys() {}

    static @Nullable SecretKey secret(String secret, List<String> faults) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < SHORTEST_SECRET) {
            faults.add("the secret has " + bytes.length + " bytes in UTF-8, must have at least " + SHORTEST_SECRET);
            return null;
        }
        return new SecretKeySpec(bytes, "HmacSHA256");
    }

    static @Nullable PublicKey publicKey(String kid, String pem, List<String> faults) {
        Matcher matcher = PEM.matcher(pem);
        if (!matcher.matches()) {
            faults.add("public key '" + kid + "' is not PEM, must be one block '-----BEGIN PUBLIC KEY-----'");
            return null;
        }
        PublicKey key = decoded(matcher.group(1));
        if (key == null) {
            faults.add("public key '" + kid + "' can not be read, must be an RSA or EC key");
        } else if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < SHORTEST_RSA_BITS) {
            faults.add("public key '" + kid + "' has " + rsa.getModulus().bitLength() + " bits, must have at least "
                    + SHORTEST_RSA_BITS);
        } else {
            return key;
        }
        return null;
    }

    private static @Nullable PublicKey decoded(String base64) {
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
        for (String algorithm : List.of("RSA", "EC")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
            } catch (GeneralSecurityException another) {
                // The encoding names its algorithm, but the factory must be chosen first: the next one may know it.
            }
        }
        return null;
    }
}
