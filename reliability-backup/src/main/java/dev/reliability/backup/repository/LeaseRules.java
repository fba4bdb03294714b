package dev.reliability.backup.repository;

import java.time.Duration;

/**
 * The times of the lease. They decide how soon a dead holder is replaced, not whether two of them can do harm: that is
 * settled when a backup is committed.
 *
 * @param beat how often a holder changes its beat
 * @param fresh a beat that is younger, by the store's own clock, shows a holder that lives; for so long nobody waits for
 *     one that died, so that {@code takeover} begins as much later
 * @param lost a holder that could not change its beat for longer does not trust its lease
 * @param takeover a contender that saw no change for so long, by its own monotonic clock, takes the next epoch
 * @param poll how often a contender looks
 */
record LeaseRules(Duration beat, Duration fresh, Duration lost, Duration takeover, Duration poll) {
    static final LeaseRules STANDARD = new LeaseRules(
            Duration.ofSeconds(5),
            Duration.ofSeconds(8),
            Duration.ofSeconds(15),
            Duration.ofSeconds(20),
            Duration.ofSeconds(1));
}
