package dev.reliability.backup.postgresql;

import java.io.InterruptedIOException;

/** What an interrupt, which is how operations are cancelled, does here. */
final class Interrupts {
    private Interrupts() {}

    /** For a caller of blocking methods that was interrupted: keeps the flag, and says where. */
    static InterruptedIOException during(String what) {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted during " + what);
    }

    /** Something that must be done even by an interrupted thread, such as cleaning up; it is told again afterwards. */
    static void shield(Runnable work) {
        boolean interrupted = Thread.interrupted();
        try {
            work.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
