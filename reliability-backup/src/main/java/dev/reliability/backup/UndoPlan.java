package dev.reliability.backup;

import dev.reliability.backup.repository.Journals;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an undo puts back. Its journal begins with this, so that a successor needs nothing else.
 *
 * @param undone the operation that it undoes
 * @param root the restore at the bottom: {@code undone} itself, or what that one has undone, and so on
 * @param database whether the database that {@code undone} replaced becomes live again
 * @param objects what {@code undone} replaced in the store; null if nothing
 */
record UndoPlan(
        String undone,
        String root,
        boolean database,
        @Nullable ReplacedList objects) {
    private static final String UNDOES = "undoes";
    private static final String ROOT = "root";
    private static final String DATABASE = "database";

    /** The one that a journal begins with; empty if it is a restore's. */
    static Optional<UndoPlan> of(Journals.Entry journal) {
        return journal.steps().stream()
                .filter(step -> step.name().equals(Restoration.BEGUN))
                .findFirst()
                .flatMap(step -> of(step.facts()));
    }

    private static Optional<UndoPlan> of(Map<String, String> facts) {
        String undone = facts.get(UNDOES);
        return undone == null
                ? Optional.empty()
                : Optional.of(new UndoPlan(
                        undone,
                        facts.getOrDefault(ROOT, undone),
                        Boolean.parseBoolean(facts.get(DATABASE)),
                        ReplacedList.of(facts).orElse(null)));
    }

    Map<String, String> facts() {
        Map<String, String> facts = new HashMap<>(objects == null ? Map.of() : objects.facts());
        facts.put(UNDOES, undone);
        facts.put(ROOT, root);
        facts.put(DATABASE, Boolean.toString(database));
        return facts;
    }
}
