package dev.reliability.drill;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a backup can not have: documents that were acknowledged after its moment and before the database was lost.
 *
 * @param from the mark of the one, null if nothing is beyond
 * @param to the mark of the other
 */
record Beyond(@Nullable String from, @Nullable String to) {
    static final Beyond NOTHING = new Beyond(null, null);

    /** @param text {@code FROM,TO} */
    static Beyond parse(String text) {
        String[] marks = text.split(",", -1);
        if (marks.length != 2 || marks[0].isBlank() || marks[1].isBlank()) {
            throw new IllegalArgumentException("--beyond " + text + " must be two marks, FROM,TO");
        }
        return new Beyond(marks[0], marks[1]);
    }

    private boolean holds(Kept document, List<Mark> marks) {
        return from != null
                && to != null
                && document.acknowledged() >= Mark.required(from, marks).at()
                && document.acknowledged() <= Mark.required(to, marks).at();
    }

    /** How many are not whole that must be. */
    long lost(Recording recording) {
        return recording.documents().stream()
                .filter(document -> document.fate() != Fate.WHOLE)
                .filter(document -> !holds(document, recording.marks()))
                .count();
    }

    /** How many are not whole that could not be in the backup. */
    long notInBackup(Recording recording) {
        return recording.documents().stream()
                .filter(document -> document.fate() != Fate.WHOLE)
                .filter(document -> holds(document, recording.marks()))
                .count();
    }
}
