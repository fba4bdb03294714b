package dev.reliability.backup;

import dev.reliability.backup.postgresql.RestoreRecovery.KeptDatabase;
import dev.reliability.backup.repository.Lease;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.stream.Encoding;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Puts in order what restores and processes that died have left: under the lease of others, or by operations of its own. */
final class Upkeep {
    private final Parts parts;
    private final Encoding encoding;
    private final Duration undoPeriod;
    private final OperationRunner runner;

    /** @param encoding of the backups that are made of kept databases */
    Upkeep(Parts parts, Encoding encoding, Duration undoPeriod, OperationRunner runner) {
        this.parts = parts;
        this.encoding = encoding;
        this.undoPeriod = undoPeriod;
        this.runner = runner;
    }

    /** What takes a moment: databases that restores replaced go whose time is over and that were dumped. */
    void expire(Repository repository, Lease lease) throws IOException {
        kept(repository).expire(lease);
    }

    /**
     * Begins to do it, with the kept database whose time is over longest.
     *
     * @return empty if there is nothing to do, or somebody else is at work
     */
    Optional<OperationStatus> begin(Repository repository) throws IOException {
        boolean left = isLeft(repository);
        List<KeptDatabase> expired = kept(repository).expired();
        if (!left && expired.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    expired.isEmpty()
                            ? runner.start(
                                    OperationStatus.Kind.CLEANUP, null, null, Caller.system(), (open, operation) -> {
                                        expire(open, operation.lease());
                                        return OperationRunner.Result.completed(
                                                "what earlier processes left is in order");
                                    })
                            : retire(expired.get(0), Caller.system()));
        } catch (BackupException.Busy somebodyIsAtWork) {
            return Optional.empty();
        }
    }

    /** Whether there is an operation to end, or to tidy up after. */
    private boolean isLeft(Repository repository) throws IOException {
        return repository.operations().list().stream()
                        .anyMatch(record -> !record.status().status().ended())
                || (parts.database() != null
                        && repository.journals().list(OperationLog::journalDamaged).stream()
                                .anyMatch(journal -> !journal.closed()));
    }

    /** Waits for the end of an operation. */
    interface Ending {
        /**
         * Returns when it is completed.
         *
         * @throws BackupException it ended otherwise
         */
        void await(OperationStatus begun);
    }

    /** One by one. What fails stays, and is tried again the next time: nobody who cleans up has to mend it first. */
    void retireExpired(Repository repository, Caller by, Ending ending) {
        for (KeptDatabase database : kept(repository).expired()) {
            try {
                ending.await(Failures.forCaller(() -> retire(database, by)));
            } catch (BackupException stays) {
                OperationLog.notRetired(database.name(), stays);
            }
        }
    }

    /** Begins to dump and drop a kept database. */
    private OperationStatus retire(KeptDatabase database, Caller by) throws IOException {
        return runner.start(OperationStatus.Kind.CREATE, BackupType.DATABASE, null, by, (repository, operation) -> {
            expire(repository, operation.lease());
            return new Retirement(parts, encoding, kept(repository), repository, operation).of(database);
        });
    }

    private KeptDatabases kept(Repository repository) {
        return new KeptDatabases(parts, repository, undoPeriod);
    }
}
