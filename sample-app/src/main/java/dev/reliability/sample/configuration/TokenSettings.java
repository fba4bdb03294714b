package dev.reliability.sample.configuration;

import dev.reliability.jaxrs.security.JwtVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whose tokens are accepted.
 *
 * @param keys what proves a token
 * @param issuer what {@code iss} must be; empty if it is not looked at
 * @param audience what {@code aud} must name; empty if it is not looked at
 */
public record TokenSettings(Keys keys, Optional<String> issuer, Optional<String> audience) {
    private static final int SHORTEST_SECRET = 32;

    /** What proves a token. */
    public sealed interface Keys {
        /** A secret of 32 bytes or more, which also makes tokens. */
        record Shared(Secret secret) implements Keys {}

        /** Public keys in PEM by their {@code kid}, at least one. */
        record Public(Map<String, String> pemById) implements Keys {
            public Public {
                pemById = Map.copyOf(pemById);
            }
        }
    }

    static TokenSettings read(Values values) {
        Optional<String> publicKeys = values.find(Variables.JWT_PUBLIC_KEYS);
        if (publicKeys.isEmpty()) {
            return readForIssuing(values);
        }
        if (values.isSet(Variables.JWT_SECRET)) {
            values.fault(Variables.JWT_PUBLIC_KEYS, "and JWT_SECRET are both set, must be one of them");
        }
        Map<String, String> pemById = publicKeys(values, publicKeys.get());
        TokenSettings settings = with(values, new Keys.Public(pemById));
        try {
            settings.verifier().build();
        } catch (IllegalArgumentException unfit) {
            values.fault(Variables.JWT_PUBLIC_KEYS, "names keys that can not be used: " + unfit.getMessage());
        }
        return settings;
    }

    /** What making tokens needs: the secret, whatever else is set. */
    static TokenSettings readForIssuing(Values values) {
        Secret secret = new Secret(values.require(Variables.JWT_SECRET, ""));
        if (!secret.isEmpty() && secret.bytes() < SHORTEST_SECRET) {
            values.fault(
                    Variables.JWT_SECRET,
                    "has " + secret.bytes() + " bytes in UTF-8, must have " + SHORTEST_SECRET + " or more");
        }
        return with(values, new Keys.Shared(secret));
    }

    /** Starts a verifier that these keys prove tokens to. */
    public JwtVerifier.Builder verifier() {
        JwtVerifier.Builder verifier = JwtVerifier.builder();
        if (keys instanceof Keys.Shared shared) {
            verifier.secret(shared.secret().reveal());
        } else if (keys instanceof Keys.Public several) {
            several.pemById().forEach(verifier::publicKey);
        }
        issuer.ifPresent(verifier::issuer);
        audience.ifPresent(verifier::audience);
        return verifier;
    }

    private static TokenSettings with(Values values, Keys keys) {
        return new TokenSettings(keys, values.find(Variables.JWT_ISSUER), values.find(Variables.JWT_AUDIENCE));
    }

    private static Map<String, String> publicKeys(Values values, String list) {
        Map<String, String> keys = new LinkedHashMap<>();
        for (String entry : list.split(",", -1)) {
            String kid = entry.substring(0, Math.max(0, entry.indexOf('='))).strip();
            String file = entry.substring(entry.indexOf('=') + 1).strip();
            if (kid.isEmpty() || file.isEmpty()) {
                values.fault(
                        Variables.JWT_PUBLIC_KEYS,
                        "has the entry '" + Values.printable(entry) + "', must be kid=file.pem");
                continue;
            }
            try {
                if (keys.put(kid, Files.readString(Path.of(file))) != null) {
                    values.fault(Variables.JWT_PUBLIC_KEYS, "has the kid '" + Values.printable(kid) + "' twice");
                }
            } catch (IOException | InvalidPathException e) {
                values.fault(
                        Variables.JWT_PUBLIC_KEYS,
                        "names '" + Values.printable(file) + "', which can not be read: "
                                + e.getClass().getSimpleName());
            }
        }
        return keys;
    }
}
