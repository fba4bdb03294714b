package dev.reliability.backup.retention;

import dev.reliability.core.backup.Backup;
import java.util.List;

/** What retention would do, or why it does nothing. */
@SuppressWarnings("DoNotCallSuggester")
public sealed interface RetentionPlan {

    /**
     * The clocks can be trusted.
     *
     * @param decisions one for each backup, newest first
     */
    record Decided(List<Decision> decisions) implements RetentionPlan {
        public Decided {
            decisions = List.copyOf(decisions);
        }

        /** Those to delete, oldest first. */
        public List<Backup> deletions() {
            throw new UnsupportedOperationException();
        }
    }

    /**
     * Nothing may be deleted by these clocks.
     *
     * @param reason one sentence on which of them disagree
     */
    record ClockDoubtful(String reason) implements RetentionPlan {}

    /**
     * What becomes of a backup.
     *
     * @param delete whether it is to be deleted
     * @param reason one sentence
     */
    record Decision(Backup backup, boolean delete, String reason) {}
}
