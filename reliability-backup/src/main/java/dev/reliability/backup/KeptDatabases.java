package dev.reliability.backup;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.postgresql.RestoreRecovery.KeptDatabase;
import dev.reliability.backup.postgresql.RestoreSteps;
import dev.reliability.backup.repository.Journals;
import dev.reliability.backup.repository.Lease;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The databases that restores and undos have replaced: kept for a while, then dumped by an operation of their own ({@link
 * Retirement}), and dropped with the journals that tell of them.
 *
 * <p>The backup in the repository is what says that one may be dropped, so whoever is killed between the two loses
 * nothing and repeats nothing. Dropping takes a moment, and whoever tidies up does it; a dump takes as long as a backup,
 * and no restore waits for it.
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

    /** Those whose time is over, oldest first; none while the database can not be asked. */
    List<KeptDatabase> expired() {
        try {
            return all().stream().filter(this::isExpired).toList();
        } catch (BackupException.Unavailable unknown) {
            return List.of();
        }
    }

    /** Whether it is still there. */
    boolean isKept(KeptDatabase database) {
        return all().stream().anyMatch(there -> there.operation().equals(database.operation()));
    }

    /** Whether there is a backup of it that can be restored. */
    private boolean isDumped(KeptDatabase database) throws IOException {
        for (Backup backup : repository.catalog().all(EnumSet.of(BackupStatus.COMPLETED))) {
            if (database.operation().equals(backup.replacedBy())
                    && (backup.signed() || !repository.signs())
                    && isThere(backup)) {
                return true;
            }
        }
        return false;
    }

    private boolean isThere(Backup backup) throws IOException {
        if (!(repository.catalog().manifest(backup.id()).orElse(null) instanceof ManifestReading.Intact intact)) {
            return false;
        }
        try {
            for (Artifact artifact : intact.manifest().artifacts()) {
                Artifacts.requirePresent(repository.store(), artifact);
            }
            return true;
        } catch (DamagedException gone) {
            return false;
        }
    }

    /**
     * Drops those whose time is over and of which there is a backup, forgets what can not be undone any more, and closes
     * what a dump has left open.
     */
    void expire(Lease lease) throws IOException {
        if (parts.database() != null) {
            parts.database().recovery().closeKept();
        }
        Set<String> kept = new HashSet<>();
        for (KeptDatabase database : all()) {
            if (!isExpired(database) || !isDumped(database)) {
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

    private boolean isExpired(KeptDatabase database) {
        return database.age().compareTo(undoPeriod) >= 0;
    }

    private List<KeptDatabase> all() {
        return parts.database() == null
                ? List.of()
                : parts.database().recovery().kept();
    }
}
