package dev.reliability.backup.repository;

import java.io.IOException;
import java.util.function.Predicate;

/** Deletes blobs that no backup names, in two steps that are a day or more apart. Safe for use by any thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class Sweep {

    Sweep() {}

    /** What a sweep did, or why it did nothing. */
    public sealed interface Result {
        /**
         * It was done.
         *
         * @param listed blobs that nobody names, put into a list for a later sweep
         * @param deleted blobs of earlier lists that were deleted
         * @param deletedBytes their bytes
         */
        record Done(long listed, long deleted, long deletedBytes) implements Result {}

        /**
         * Nothing was done.
         *
         * @param reason one sentence: what could not be read, so that nobody knows what it names
         */
        record Refused(String reason) implements Result {}
    }

    /** Sweeps. {@link Recovery#run} must have been called under this lease. */
    public Result run(Lease lease) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Which blobs a writer may not use any more since they may be deleted at any time, to be asked for under the
     * writer's own lease. May say so of a blob that is in no list, once in a million; its memory does not grow.
     *
     * @return whether this key is to be avoided; see {@link Layout#blob(String, String, long)}
     */
    public Predicate<String> trashed() throws IOException {
        throw new UnsupportedOperationException();
    }
}
