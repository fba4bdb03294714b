package dev.reliability.core.health;

import org.jspecify.annotations.Nullable;

/**
 * Writes compact JSON (RFC 8259). Text stays as it is, Chinese included; only what JSON or UTF-8 can not carry is
 * escaped. The caller keeps the nesting right. Not safe for use by several threads.
 */
final class JsonText {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final StringBuilder json = new StringBuilder(512);

    JsonText beginObject() {
        separate();
        json.append('{');
        return this;
    }

    JsonText endObject() {
        json.append('}');
        return this;
    }

    JsonText beginArray() {
        separate();
        json.append('[');
        return this;
    }

    JsonText endArray() {
        json.append(']');
        return this;
    }

    JsonText name(String name) {
        separate();
        quote(name);
        json.append(':');
        return this;
    }

    JsonText value(@Nullable String value) {
        separate();
        if (value == null) {
            json.append("null");
        } else {
            quote(value);
        }
        return this;
    }

    JsonText value(long value) {
        separate();
        json.append(value);
        return this;
    }

    /** A string, a number or a boolean; anything else as its text, and a number that JSON does not know as well. */
    JsonText value(Object value) {
        boolean bare =
                (value instanceof Boolean) || (value instanceof Number number && Double.isFinite(number.doubleValue()));
        if (bare) {
            separate();
            json.append(value);
            return this;
        }
        return value(String.valueOf(value));
    }

    @Override
    public String toString() {
        return json.toString();
    }

    private void separate() {
        int last = json.length() - 1;
        if (last >= 0 && "{[:,".indexOf(json.charAt(last)) < 0) {
            json.append(',');
        }
    }

    private void quote(String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                json.append(c).append(text.charAt(++i));
            } else {
                quote(c);
            }
        }
        json.append('"');
    }

    private void quote(char c) {
        switch (c) {
            case '"' -> json.append("\\\"");
            case '\\' -> json.append("\\\\");
            case '\n' -> json.append("\\n");
            case '\r' -> json.append("\\r");
            case '\t' -> json.append("\\t");
            default -> {
                if (c < 0x20 || Character.isSurrogate(c)) {
                    json.append("\\u")
                            .append(HEX[c >> 12])
                            .append(HEX[c >> 8 & 15])
                            .append(HEX[c >> 4 & 15])
                            .append(HEX[c & 15]);
                } else {
                    json.append(c);
                }
            }
        }
    }
}
