package dev.reliability.drill;

/**
 * One request of the load.
 *
 * @param sent when it was due, in microseconds since 1970: a load that is late counts as waiting
 * @param ended when it was answered or given up
 * @param detail the status, or what broke
 */
record Request(long sent, long ended, Call call, Outcome outcome, String detail) {
    /** Whoever waits longer has noticed. */
    private static final long SLOW_MICROS = 1_000_000;

    boolean isServed() {
        return outcome == Outcome.SERVED;
    }

    boolean isDisturbed() {
        return !isServed() || micros() > SLOW_MICROS;
    }

    boolean isInFlightAt(long moment) {
        return sent <= moment && moment <= ended;
    }

    long micros() {
        return ended - sent;
    }

    String line() {
        return sent + "," + ended + "," + call + "," + outcome + "," + detail.replaceAll("[,\\s]+", " ");
    }

    static Request parse(String line) {
        String[] fields = line.split(",", 5);
        return new Request(
                Long.parseLong(fields[0]),
                Long.parseLong(fields[1]),
                Call.valueOf(fields[2]),
                Outcome.valueOf(fields[3]),
                fields[4]);
    }
}
