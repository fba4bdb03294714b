package dev.reliability.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.zip.GZIPOutputStream;

/** A backup as somebody writes it who may write into the repository and has no signing key: everything fits but that. */
final class StrangersBackup {
    private StrangersBackup() {}

    /** Puts other SQL in the place of a backup's own. */
    static void in(Path dump, Path manifest, String sql) throws IOException {
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(stored)) {
            out.write(sql.getBytes(UTF_8));
        }
        Files.write(dump, stored.toByteArray());
        String body = Files.readString(manifest)
                .replaceFirst(
                        "\"bytes\":\\d+,\"sha256\":\"\\w+\",\"plain_bytes\":\\d+",
                        Matcher.quoteReplacement("\"bytes\":" + stored.size() + ",\"sha256\":\""
                                + sha256(stored.toByteArray()) + "\",\"plain_bytes\":" + sql.getBytes(UTF_8).length))
                .replaceFirst("\n  \"hmac\": \"\\w+\",\n  \"sha256\": \"\\w+\"\n}\n$", "\n  \"hmac\": null,\n");
        assertThat(body).contains(sha256(stored.toByteArray())).endsWith("\n  \"hmac\": null,\n");
        Files.writeString(manifest, body + "  \"sha256\": \"" + sha256(body.getBytes(UTF_8)) + "\"\n}\n");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
