package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.internal.Checksum;
import dev.reliability.backup.manifest.Seal;
import dev.reliability.backup.manifest.SigningKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A manifest that somebody else wrote or edited: its checksum fits, as anybody can compute it. */
final class PlantedManifest {
    private static final String HMAC = "  \"hmac\": ";
    private static final String SHA256 = "  \"sha256\": ";

    private PlantedManifest() {}

    /** Signs it by these keys, or takes its signature away. */
    static void sign(Path manifest, SigningKeys by) throws IOException {
        Files.write(manifest, new Seal(by).close(bytes(upTo(HMAC, manifest))));
    }

    /** Changes it, and leaves its signature as it was. */
    static void edit(Path manifest, String text, String replacement) throws IOException {
        String body = upTo(SHA256, manifest);
        assertThat(body).contains(text);
        Files.write(manifest, Checksum.close(bytes(body.replace(text, replacement))));
    }

    private static String upTo(String field, Path manifest) throws IOException {
        String document = Files.readString(manifest);
        return document.substring(0, document.lastIndexOf("\n" + field) + 1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
