package dev.reliability.backup.encryption;

import java.io.IOException;

/** What is read is encrypted to others than those whose identities are given. The message names it. */
public final class WrongIdentityException extends IOException {
    private static final long serialVersionUID = 1L;

    WrongIdentityException(String message, Throwable cause) {
        super(message, cause);
    }
}
