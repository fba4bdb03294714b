package dev.reliability.core.storage;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import org.jspecify.annotations.Nullable;

/**
 * Which keys every store accepts, so that an object can move from any store to any other.
 *
 * <p>A key is one or more segments joined by {@code /}: 1 to 896 bytes of UTF-8 in all, at most 255 a segment, in
 * Unicode's composed form (NFC), without control characters, without unpaired surrogates, and no segment is empty,
 * {@code .} or {@code ..}. A backslash is refused as well, since some systems take it for a separator. The first
 * segment is not {@value #RESERVED}, which stores keep for themselves. (S3 allows 1,024 bytes; the difference is left to a
 * store's own prefix.)
 */
public final class ObjectKeys {
    /** The first segment that no key may have. */
    public static final String RESERVED = ".store";

    /**
     * The prefix of the objects that health checks write and delete again. They are nobody's data: whoever lists a
     * store to back it up or to count it leaves them out.
     */
    public static final String PROBES = ".health/";

    private static final int MAX_BYTES = 896;
    private static final int MAX_SEGMENT_BYTES = 255;

    private ObjectKeys() {}

    /**
     * Returns the key if it is one.
     *
     * @throws IllegalArgumentException naming the rule that it breaks
     */
    public static String require(String key) {
        String fault = faultOf(key);
        if (fault != null) {
            throw new IllegalArgumentException("not an object key, " + fault + ": " + printable(key));
        }
        return key;
    }

    /** Whether every store accepts this key. */
    public static boolean isValid(String key) {
        return faultOf(key) == null;
    }

    /** Whether there can be a key that begins so; a listing by any other prefix is empty. */
    public static boolean canBegin(String prefix) {
        return prefix.isEmpty() || isValid(prefix) || isValid(prefix + "x");
    }

    private static @Nullable String faultOf(String key) {
        if (key.isEmpty()) {
            return "it is empty";
        }
        int bytes = utf8Length(key);
        if (bytes < 0) {
            return "it has an unpaired surrogate";
        }
        if (bytes > MAX_BYTES) {
            return "it has " + bytes + " bytes of UTF-8, the limit is " + MAX_BYTES;
        }
        if (key.chars().anyMatch(Character::isISOControl)) {
            return "it has a control character";
        }
        if (key.indexOf('\\') >= 0) {
            return "it has a backslash";
        }
        if (!Normalizer.isNormalized(key, Normalizer.Form.NFC)) {
            return "it is not in Unicode's composed form (NFC)";
        }
        String[] segments = key.split("/", -1);
        for (String segment : segments) {
            if (segment.isEmpty()) {
                return "a segment is empty";
            }
            if (segment.equals(".") || segment.equals("..")) {
                return "a segment is '" + segment + "'";
            }
            if (utf8Length(segment) > MAX_SEGMENT_BYTES) {
                return "a segment is longer than " + MAX_SEGMENT_BYTES + " bytes of UTF-8";
            }
        }
        return segments[0].equals(RESERVED) ? "the first segment '" + RESERVED + "' is the store's own" : null;
    }

    private static int utf8Length(String text) {
        try {
            return StandardCharsets.UTF_8
                    .newEncoder()
                    .encode(CharBuffer.wrap(text))
                    .remaining();
        } catch (CharacterCodingException unpaired) {
            return -1;
        }
    }

    /** At most 80 characters, with everything that could confuse a log or a terminal replaced. */
    private static String printable(String key) {
        String shown = key.length() > 80 ? key.substring(0, 80) + "…" : key;
        return "\"" + shown.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}]", "?") + "\"";
    }
}
