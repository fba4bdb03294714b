package dev.reliability.core.storage;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What may be kept beside an object's bytes.
 *
 * @param contentType the media type, or null
 * @param metadata the user's own names and values, printable ASCII; names in lower case
 */
public record ObjectAttributes(@Nullable String contentType, Map<String, String> metadata) {
    /** No attributes. */
    public static final ObjectAttributes NONE = new ObjectAttributes(null, Map.of());

    public ObjectAttributes {
        metadata = Map.copyOf(metadata);
    }

    /** A media type and nothing else. */
    public static ObjectAttributes ofContentType(String contentType) {
        return new ObjectAttributes(contentType, Map.of());
    }
}
