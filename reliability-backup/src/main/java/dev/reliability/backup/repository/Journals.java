package dev.reliability.backup.repository;

import dev.reliability.core.backup.BackupException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What restores have done, step by step, so that somebody else can finish or undo them. Safe for use by any thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class Journals {

    Journals() {}

    /**
     * One thing that was done or is about to be.
     *
     * @param name what, such as {@code created_database}
     * @param at when, by the wall clock of its host
     * @param facts what is needed to finish or undo it
     */
    public record Step(String name, Instant at, Map<String, String> facts) {
        public Step {
            facts = Map.copyOf(facts);
        }
    }

    /**
     * A journal as it was read.
     *
     * @param operationId whose
     * @param closed whether nothing is left to finish
     * @param steps in the order in which they were appended
     */
    public record Entry(String operationId, boolean closed, List<Step> steps) {
        public Entry {
            steps = List.copyOf(steps);
        }
    }

    /** The journal of this operation, for its owner or whoever took over: the old steps, and more to come. */
    public Journal open(Lease lease, String operationId) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads a journal.
     *
     * @throws BackupException.Damaged if it is not what one of our keys signed: nothing may be done by it
     */
    public Optional<Entry> read(String operationId) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** All journals, oldest first. */
    public List<Entry> list() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Removes the journal of an operation that can not be undone any more. */
    public void remove(Lease lease, String operationId) throws IOException {
        throw new UnsupportedOperationException();
    }
}
