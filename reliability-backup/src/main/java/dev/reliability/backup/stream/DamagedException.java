package dev.reliability.backup.stream;

import java.io.IOException;

/** What is read is not what was written. The message names it, with the expected and the actual value. */
public final class DamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param message names the file, the expected and the actual value */
    public DamagedException(String message) {
        super(message);
    }

    /** @param message names the file and how it shows */
    public DamagedException(String message, Throwable cause) {
        super(message, cause);
    }
}
