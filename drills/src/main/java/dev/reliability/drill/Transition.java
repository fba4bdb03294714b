package dev.reliability.drill;

/**
 * A moment at which a backend was found to be in another state than before.
 *
 * @param at in microseconds since 1970
 * @param what {@code ready}, {@code health} or {@code breaker NAME}
 * @param before empty when it was asked for the first time
 */
record Transition(long at, String backend, String what, String before, String state) {
    static final String NO_ANSWER = "no answer";

    boolean isFirst() {
        return before.isEmpty();
    }

    /** Whether something is worse than before. */
    boolean isForTheWorse() {
        return !isFirst() && !isGood();
    }

    boolean isGood() {
        return state.equals("ready") || state.equals("healthy") || state.equals("closed");
    }

    boolean isBreakerOpening() {
        return what.startsWith("breaker ") && state.equals("open");
    }

    String line() {
        return at + "," + backend + "," + what + "," + before + "," + state;
    }

    static Transition parse(String line) {
        String[] fields = line.split(",", 5);
        return new Transition(Long.parseLong(fields[0]), fields[1], fields[2], fields[3], fields[4]);
    }
}
