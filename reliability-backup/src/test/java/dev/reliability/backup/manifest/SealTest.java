package dev.reliability.backup.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.internal.Json;
import dev.reliability.backup.manifest.Seal.Proof;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealTest {
    private static final String KEY = "correct horse battery staple, and more of it";

    private final Seal signing = new Seal(SigningKeys.of(List.of(KEY)));
    private final Seal keyless = new Seal(SigningKeys.none());

    @TempDir
    private Path folder;

    @Test
    void a_shell_checks_a_seal_without_us() throws Exception {
        Path file = folder.resolve("manifest.json");
        Files.write(file, signing.close(Json.openDocument(out -> Json.text(out, "text", "中文"))));
        String sealed = Files.readString(file);

        assertThat(sealed)
                .contains("\"sha256\": \""
                        + shell("head -n -2 manifest.json | sha256sum").split(" ")[0] + "\"");
    }

    @Test
    void a_seal_proves_its_document_to_whoever_has_the_key() {
        byte[] sealed = signing.close(Json.openDocument(out -> Json.text(out, "text", "x")));

        assertThat(signing.check(sealed)).isEqualTo(new Proof.Ours(true));
        assertThat(keyless.check(sealed)).isEqualTo(new Proof.Ours(false));
        assertThat(new Seal(SigningKeys.of(List.of("k".repeat(32)))).check(sealed))
                .isInstanceOf(Proof.Stranger.class);
    }

    @Test
    void a_signature_that_was_taken_away_leaves_a_stranger() {
        byte[] open = Json.openDocument(out -> Json.text(out, "text", "x"));

        assertThat(signing.check(keyless.close(open))).isInstanceOf(Proof.Stranger.class);
    }

    @Test
    void nothing_but_a_whole_seal_at_the_end_is_a_seal() {
        byte[] sealed = signing.close(Json.openDocument(out -> Json.text(out, "text", "x")));
        String text = new String(sealed, StandardCharsets.UTF_8);
        for (String wrong : List.of(
                "",
                "{}\n",
                text + "\n",
                text.substring(text.indexOf("  \"hmac\"")),
                text.substring(text.indexOf("  \"sha256\"")),
                text.replace("\n", "\r\n"))) {
            assertThat(signing.check(wrong.getBytes(StandardCharsets.UTF_8)))
                    .as(wrong)
                    .isInstanceOf(Proof.Broken.class);
        }
    }

    private String shell(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", command)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return said;
    }
}
