package dev.reliability.backup.repository;

/** Another writer holds, or may hold, the lease by now: what was under way must stop and can not be committed. */
public final class LeaseLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what was under way, and what showed that the lease is gone */
    public LeaseLostException(String message) {
        super(message);
    }
}
