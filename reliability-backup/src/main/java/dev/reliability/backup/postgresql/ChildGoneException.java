package dev.reliability.backup.postgresql;

import java.io.IOException;

/** A child's pipe broke: why, it says itself on stderr. */
final class ChildGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    ChildGoneException(String pipe, IOException cause) {
        super(pipe + " broke", cause);
    }
}
