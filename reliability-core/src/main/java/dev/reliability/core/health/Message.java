package dev.reliability.core.health;

import java.util.List;
import java.util.Objects;

/**
 * One sentence in as many languages as there are texts for its key. The texts of the toolkit's own keys are in {@link
 * HealthMessages}; a key without a text there shows its fallback.
 *
 * @param key names the sentence, such as {@code database.ok}
 * @param safeArguments what is put in for {@code {0}}, {@code {1}}, …; shown to everybody, so nothing secret
 * @param fallback the sentence where no text is known, in English
 */
public record Message(String key, List<String> safeArguments, String fallback) {
    public Message {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(fallback, "fallback");
        safeArguments = List.copyOf(safeArguments);
    }

    /** A sentence without arguments. */
    public static Message of(String key, String fallback) {
        return new Message(key, List.of(), fallback);
    }
}
