package dev.reliability.drill;

import java.util.List;

/**
 * What the script did and when, a line {@code MILLIS NAME TEXT} of its own.
 *
 * @param at in microseconds since 1970
 */
record Mark(long at, String name, String text) {
    /** From here on something is broken. */
    static final String BROKEN = "broken";
    /** From here on nothing is. */
    static final String REPAIRED = "repaired";
    /** From here on what was broken answers again, which takes a while after its repair. */
    static final String READY = "ready";

    /** @throws IllegalArgumentException if the line is of another kind */
    static Mark parse(String line) {
        String[] words = line.strip().split("\\s+", 3);
        if (words.length < 2 || !words[0].matches("\\d{1,15}")) {
            throw new IllegalArgumentException("the mark '" + line + "' is not MILLIS NAME TEXT");
        }
        return new Mark(Long.parseLong(words[0]) * 1_000, words[1], words.length == 3 ? words[2] : words[1]);
    }

    /** @throws IllegalArgumentException if there is none of this name */
    static Mark required(String name, List<Mark> marks) {
        return marks.stream()
                .filter(mark -> mark.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the script has set no mark '" + name + "'"));
    }
}
