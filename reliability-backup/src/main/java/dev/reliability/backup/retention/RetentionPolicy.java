package dev.reliability.backup.retention;

import dev.reliability.core.backup.Backup;
import java.time.Instant;
import java.util.List;

/**
 * How long backups are kept.
 *
 * @param days older ones go; 1 or more
 * @param minimum of each content (database, storage; a full one counts as both) at least so many good ones stay
 *     however old they are; 1 or more
 */
@SuppressWarnings("DoNotCallSuggester")
public record RetentionPolicy(int days, int minimum) {
    /** @throws IllegalArgumentException naming each number that is out of range */
    public RetentionPolicy {
        if (days < 1 || minimum < 1) {
            throw new IllegalArgumentException("days " + days + " and minimum " + minimum + " must be 1 or more");
        }
    }

    /**
     * Decides.
     *
     * @param backups all of the repository, of every status
     * @param onlySigned whether unsigned ones are somebody else's: they are neither counted nor deleted
     * @param repositoryNow the time by the repository's clock
     * @param machineNow the time by this machine's wall clock
     */
    public RetentionPlan plan(List<Backup> backups, boolean onlySigned, Instant repositoryNow, Instant machineNow) {
        throw new UnsupportedOperationException();
    }
}
