package dev.reliability.backup.postgresql;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Words of a dump for people: it is in its database's own encoding, which is not always known here. */
final class DumpText {
    private DumpText() {}

    /** As UTF-8, or one byte a character where it is none. */
    static String of(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    /** The same of bytes that are one a character. */
    static String of(String bytes) {
        return of(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }
}
