package dev.reliability.backup.postgresql;

import java.io.IOException;

/** What was read is not a whole dump as pg_dump writes it. */
final class DumpFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    DumpFormatException(String message) {
        super(message);
    }
}
