package dev.reliability.drill;

/**
 * An acknowledged document after the drill.
 *
 * @param acknowledged when, in microseconds since 1970
 */
record Kept(String id, long acknowledged, Fate fate) {
    String line() {
        return id + "," + acknowledged + "," + fate;
    }

    static Kept parse(String line) {
        String[] fields = line.split(",", 3);
        return new Kept(fields[0], Long.parseLong(fields[1]), Fate.valueOf(fields[2]));
    }
}
