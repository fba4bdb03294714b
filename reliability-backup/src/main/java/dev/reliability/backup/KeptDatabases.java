package dev.reliability.backup;

import dev.reliability.backup.postgresql.RestoreRecovery;
import dev.reliability.backup.repository.Lease;
import dev.reliability.backup.repository.Repository;
import dev.reliability.core.backup.BackupException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The databases that restores have replaced: kept for a while, then dropped by the next restore or start. */
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
            return !expired().isEmpty();
        } catch (BackupException.Unavailable unknown) {
            return false;
        }
    }

    /** Drops those whose time is over, with the journals that tell of them. */
    void expire(Lease lease) throws IOException {
        for (RestoreRecovery.KeptDatabase database : expired()) {
            lease.requireHeld();
            parts.requireDatabase().recovery().drop(database);
            repository.journals().remove(lease, database.operation());
            OperationLog.dropped(lease.operationId(), database.name(), database.operation());
        }
    }

    private List<RestoreRecovery.KeptDatabase> expired() {
        return parts.database() == null
                ? List.of()
                : parts.database().recovery().kept().stream()
                        .filter(database -> database.age().compareTo(undoPeriod) >= 0)
                        .toList();
    }
}
