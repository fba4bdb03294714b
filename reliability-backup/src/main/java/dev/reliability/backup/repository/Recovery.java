package dev.reliability.backup.repository;

import dev.reliability.core.backup.OperationStatus;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What whoever takes the lease owes to those that lost it. Safe for use by any thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class Recovery {

    Recovery() {}

    /** Ends an operation other than a backup that its process did not end. */
    @FunctionalInterface
    public interface Interrupted {
        /** How it ended; null to leave it as it is, to be tried again by the next holder. */
        @Nullable Ending end(OperationRecord operation) throws IOException;
    }

    /**
     * How an interrupted operation ended.
     *
     * @param error see {@link OperationStatus#error()}; null unless it failed
     */
    public record Ending(
            OperationStatus.Status status,
            String message,
            @Nullable String error) {}

    /**
     * Must be the first thing under a new lease: closes the place of every backup that an earlier holder did not
     * finish, removes what it left behind, ends its record, and finishes deletions.
     *
     * @param restores ends interrupted restores
     */
    public void run(Lease lease, Interrupted restores) throws IOException {
        throw new UnsupportedOperationException();
    }
}
