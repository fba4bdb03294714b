package dev.reliability.deployment.kubernetes;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a rule objects to. */
final class Findings {
    private final List<String> all = new ArrayList<>();

    List<String> all() {
        return all;
    }

    /** Objects unless this holds. */
    void that(boolean holds, String otherwise) {
        if (!holds) {
            all.add(otherwise);
        }
    }

    /** Objects unless both are equal. */
    void equal(String what, @Nullable Object actual, @Nullable Object expected) {
        that(Objects.equals(actual, expected), what + " is " + actual + ", and should be " + expected);
    }
}
