package dev.reliability.core.health;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Expected texts in files beside the tests: printed over several lines for people, compared without that. */
final class Golden {
    private Golden() {}

    /** The file without line breaks and the blanks that follow them. */
    static String compact(String file) {
        try (InputStream in = Golden.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalArgumentException("there is no golden file " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replaceAll("\\R *", "")
                    .replace("\": ", "\":");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
