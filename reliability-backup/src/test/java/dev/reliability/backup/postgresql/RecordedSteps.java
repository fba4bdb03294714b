package dev.reliability.backup.postgresql;

import java.util.LinkedHashMap;
import java.util.Map;

/** A journal in memory, which can fail at one step as a process does that is killed there. */
final class RecordedSteps implements RestoreSteps {
    private final Map<String, Map<String, String>> steps = new LinkedHashMap<>();
    private final String killedAt;

    RecordedSteps() {
        this("");
    }

    RecordedSteps(String killedAt) {
        this.killedAt = killedAt;
    }

    /** Instead of dying: nothing behind it may run, not even what cleans up. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public void step(String name, Map<String, String> details) {
        steps.put(name, details);
        if (name.equals(killedAt)) {
            throw new Killed();
        }
    }

    Map<String, Map<String, String>> steps() {
        return steps;
    }
}
