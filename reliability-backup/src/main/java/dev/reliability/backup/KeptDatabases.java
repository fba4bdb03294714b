package dev.reliability.backup;

import dev.reliability.backup.postgresql.RestoreRecovery;
import dev.reliability.backup.postgresql.RestoreSteps;
import dev.reliability.backup.repository.Journals;
import dev.reliability.backup.repository.Lease;
import dev.reliability.backup.repository.Repository;
import dev.reliability.core.backup.BackupException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The databases that restores and undos have replaced: kept for a while, then dropped by the next restore or start, with
 * the journals that tell of them.
 */
final class KeptDatabases {
    private final Parts parts;
    private final Repository repository;
    private final Duration undoPeriod;

    KeptDatabases(Parts parts, Repository repository, Duration undoPeriod) {
        this.parts = parts;
        this.repository = repository;
        this.undoPeriod = undoPeriod;
    }

    /** Whether there is one to drop; false while the database can not be asked. */
    boolean anyExpired() {
        try {
            return all().stream().anyMatch(this::isExpired);
        } catch (BackupException.Unavailable unknown) {
            return false;
        }
    }

    /** Drops those whose time is over, and forgets what can not be undone any more. */
    void expire(Lease lease) throws IOException {
        Set<String> kept = new HashSet<>();
        for (RestoreRecovery.KeptDatabase database : all()) {
            if (!isExpired(database)) {
                kept.add(database.operation());
                continue;
            }
            lease.requireHeld();
            parts.requireDatabase().recovery().drop(database);
            repository.journals().remove(lease, database.operation());
            OperationLog.dropped(lease.operationId(), database.name(), database.operation());
        }
        forgetJournals(lease, kept);
    }

    /**
     * Of what was undone, or replaced objects alone, no database is dropped.
     *
     * @param kept the operations whose databases are there
     */
    private void forgetJournals(Lease lease, Set<String> kept) throws IOException {
        Instant oldest = repository.now().minus(undoPeriod);
        for (Journals.Entry journal : repository.journals().list(OperationLog::journalDamaged)) {
            boolean over = journal.closed()
                    && journal.steps().stream().noneMatch(step -> step.at().isAfter(oldest));
            // Without the database nobody knows whether one is kept.
            boolean unknown = parts.database() == null && journal.facts().containsKey(RestoreSteps.SWITCHING);
            if (over && !unknown && !kept.contains(journal.operationId())) {
                repository.journals().remove(lease, journal.operationId());
            }
        }
    }

    private boolean isExpired(RestoreRecovery.KeptDatabase database) {
        return database.age().compareTo(undoPeriod) >= 0;
    }

    private List<RestoreRecovery.KeptDatabase> all() {
        return parts.database() == null
                ? List.of()
                : parts.database().recovery().kept();
    }
}
