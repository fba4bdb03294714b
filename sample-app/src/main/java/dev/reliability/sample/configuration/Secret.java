package dev.reliability.sample.configuration;

import java.nio.charset.StandardCharsets;

/**
 * A password or key. It prints itself as stars, so that no log and no error has it by accident. Immutable.
 *
 * @param reveal the secret itself
 */
public record Secret(String reveal) {
    /** How long it is in UTF-8. */
    public int bytes() {
        return reveal.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Whether there is nothing in it. */
    public boolean isEmpty() {
        return reveal.isEmpty();
    }

    @Override
    public String toString() {
        return "***";
    }
}
