package dev.reliability.deployment.kubernetes;

/**
 * Who may open connections to whom.
 *
 * @param from a Pod's label {@code app}, or what is outside of the namespace in words
 * @param to as {@code from}
 * @param port the number, with /UDP if it is not TCP
 */
record Arrow(String from, String to, String port) implements Comparable<Arrow> {
    @Override
    public int compareTo(Arrow other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return from + " -> " + to + " " + port;
    }
}
