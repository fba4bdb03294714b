package dev.reliability.backup.repository;

import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of a record that says that its operation runs whether anybody still writes it. Only shows it: nothing is
 * written, and who wakes up again writes on. For one thread and one look at the records.
 */
final class Silence {
    private static final Logger log = LoggerFactory.getLogger(Silence.class);

    /** Six times that the record should have been written. */
    static final Duration LIMIT = Duration.ofSeconds(30);

    private final Documents documents;
    private boolean asked;
    private @Nullable Instant now;

    Silence(Documents documents) {
        this.documents = documents;
    }

    /**
     * As on record, or failed if it says that it runs and was not written for too long.
     *
     * @param lastSign when the record was written, by the store's clock
     */
    OperationRecord judge(OperationRecord record, Instant lastSign) {
        OperationStatus was = record.status();
        if (was.status().ended() || !isSilentSince(lastSign)) {
            return record;
        }
        return record.with(RunningOperation.ended(
                was,
                Status.FAILED,
                "its process ended: nothing was heard of it since " + lastSign + ", in phase " + was.phase(),
                Recovery.LEASE_LOST,
                lastSign));
    }

    private boolean isSilentSince(Instant lastSign) {
        if (!asked) {
            asked = true;
            now = storeNow();
        }
        return now != null && Duration.between(lastSign, now).compareTo(LIMIT) > 0;
    }

    /** The store tells its time only when something is written: who may only read is shown what is on record. */
    private @Nullable Instant storeNow() {
        try {
            return documents.now();
        } catch (IOException e) {
            log.debug("the store does not tell its time, operations are shown as on record: {}", e.getMessage());
            return null;
        }
    }
}
