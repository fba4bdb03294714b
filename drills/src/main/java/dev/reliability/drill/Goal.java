package dev.reliability.drill;

import java.util.Locale;

/** What was measured against what is allowed. */
record Goal(String name, String measured, String allowed, boolean met) {
    static Goal atMost(String name, long measured, long allowed) {
        return new Goal(name, Long.toString(measured), Long.toString(allowed), measured <= allowed);
    }

    static Goal atMostSeconds(String name, double measured, double allowed) {
        return new Goal(
                name, String.format(Locale.ROOT, "%.2f s", measured), plain(allowed) + " s", measured <= allowed);
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }
}
