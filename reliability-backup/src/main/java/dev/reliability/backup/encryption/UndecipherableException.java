package dev.reliability.backup.encryption;

import java.io.IOException;

/** What is read is no whole age file. The message names it. */
public final class UndecipherableException extends IOException {
    private static final long serialVersionUID = 1L;

    UndecipherableException(String message, Throwable cause) {
        super(message, cause);
    }
}
