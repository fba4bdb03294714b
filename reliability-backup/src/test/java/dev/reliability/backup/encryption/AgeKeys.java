package dev.reliability.backup.encryption;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Identities made by the program {@code age-keygen}. */
public final class AgeKeys {
    private AgeKeys() {}

    /** Makes an identity file. */
    public static Path make(Path file) throws IOException, InterruptedException {
        String unused = run("age-keygen", "-o", file.toString());
        return file;
    }

    /** The recipient of the identity in this file. */
    public static String recipient(Path identity) throws IOException, InterruptedException {
        return run("age-keygen", "-y", identity.toString()).strip();
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
        return out;
    }
}
