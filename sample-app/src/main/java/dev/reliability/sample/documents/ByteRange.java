package dev.reliability.sample.documents;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code Range} header asks for (RFC 9110, 14).
 *
 * @param kind whether it is the whole, a part, or nothing that there is
 * @param offset the first byte
 * @param length how many bytes
 */
record ByteRange(Kind kind, long offset, long length) {
    private static final Pattern FORM = Pattern.compile("bytes=\\s*(\\d{0,18})-(\\d{0,18})\\s*");

    enum Kind {
        WHOLE,
        PART,
        UNSATISFIABLE
    }

    /**
     * The range of a content of {@code size} bytes. No header, several ranges and what can not be understood mean the
     * whole, as the RFC allows.
     */
    static ByteRange of(@Nullable String header, long size) {
        Matcher matcher = FORM.matcher(header == null ? "" : header);
        if (!matcher.matches()) {
            return whole(size);
        }
        String first = matcher.group(1);
        String last = matcher.group(2);
        if (first.isEmpty()) {
            return last.isEmpty() ? whole(size) : lastBytes(Long.parseLong(last), size);
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? Long.MAX_VALUE : Long.parseLong(last);
        if (to < from) {
            return whole(size);
        }
        return from >= size
                ? new ByteRange(Kind.UNSATISFIABLE, 0, 0)
                : new ByteRange(Kind.PART, from, Math.min(to, size - 1) - from + 1);
    }

    static ByteRange whole(long size) {
        return new ByteRange(Kind.WHOLE, 0, size);
    }

    private static ByteRange lastBytes(long count, long size) {
        if (count == 0 || size == 0) {
            return new ByteRange(Kind.UNSATISFIABLE, 0, 0);
        }
        long length = Math.min(count, size);
        return new ByteRange(Kind.PART, size - length, length);
    }

    /** The header {@code Content-Range} of an answer with a part, or with none. */
    String contentRange(long size) {
        return kind == Kind.UNSATISFIABLE
                ? "bytes */" + size
                : "bytes " + offset + "-" + (offset + length - 1) + "/" + size;
    }
}
