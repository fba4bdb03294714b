package dev.reliability.backup.retention;

import dev.reliability.core.backup.Backup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What retention would do, or why it does nothing. */
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
            List<Backup> deletions = new ArrayList<>();
            for (Decision decision : decisions) {
                if (decision.delete()) {
                    deletions.add(decision.backup());
                }
            }
            Collections.reverse(deletions);
            return deletions;
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
     * @param reason a part of a sentence, such as {@code older than 7 days}
     */
    record Decision(Backup backup, boolean delete, String reason) {}
}
