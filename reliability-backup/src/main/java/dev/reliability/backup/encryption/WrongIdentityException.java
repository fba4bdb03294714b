package dev.reliability.backup.encryption;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What is read is encrypted, and none of the identities that are given opens it. The message names it. */
public final class WrongIdentityException extends IOException {
    private static final long serialVersionUID = 1L;

    WrongIdentityException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
