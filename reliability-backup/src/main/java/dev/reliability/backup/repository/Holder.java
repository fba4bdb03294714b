package dev.reliability.backup.repository;

/**
 * Who holds the lease, as others see it.
 *
 * @param operationId the operation that took it
 * @param epoch the number of the lease
 * @param host where it runs
 * @param state whether it lives, as far as that can be told at a glance
 */
public record Holder(String operationId, long epoch, String host, State state) {

    /** What can be told of a holder without watching it. It decides what to answer, never who may write. */
    public enum State {
        /** Its beat is less than 12 s old by the store's own clock. */
        BEATS,
        /** It ran on this host, and its process is gone. */
        DEAD,
        /** Neither is certain: only watching it for 20 s tells. */
        UNKNOWN
    }
}
