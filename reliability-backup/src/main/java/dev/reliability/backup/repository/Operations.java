package dev.reliability.backup.repository;

import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The records of what runs and ran. Safe for use by any thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class Operations {

    Operations() {}

    /**
     * Puts a new operation on record, running, in phase {@code waiting}, without a lease.
     *
     * @param backupId the backup that it uses; null for a new one
     * @param type of that backup; null if there is none
     */
    public RunningOperation start(
            OperationStatus.Kind kind, @Nullable BackupType type, @Nullable String backupId, Caller by)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    /** One operation; empty if unknown, also for a text that is not an id. */
    public Optional<OperationRecord> find(String operationId) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** All operations on record, newest first. */
    public List<OperationRecord> list() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Forgets what ended before this moment by the repository's clock. */
    public void removeEndedBefore(Instant moment) throws IOException {
        throw new UnsupportedOperationException();
    }
}
