package dev.reliability.core.health;

import java.time.Duration;
import java.util.Locale;

/**
 * Durations as Go prints them, which is how uptimes look in the health JSON: {@code 2h30m45s}, {@code 1m0s}, {@code
 * 45s}, {@code 1.5s}, {@code 250ms}, {@code 0s}. Hours are the largest unit: three days are {@code 72h0m0s}.
 */
public final class GoDuration {
    private static final int NANOS_PER_MICRO = 1_000;
    private static final int NANOS_PER_MILLI = 1_000_000;

    private GoDuration() {}

    /** The text that Go's {@code time.Duration.String()} gives for this duration, of any length and sign. */
    public static String format(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        String sign = duration.isNegative() ? "-" : "";
        Duration length = duration.abs();
        return sign + (length.toSeconds() == 0 ? belowASecond(length.toNanosPart()) : fromASecond(length));
    }

    /** Without the parts of a second: what a reader of a status page wants to see. */
    public static String formatWholeSeconds(Duration duration) {
        return format(Duration.ofSeconds(duration.toSeconds()));
    }

    private static String fromASecond(Duration length) {
        StringBuilder text = new StringBuilder();
        if (length.toHours() > 0) {
            text.append(length.toHours()).append('h');
        }
        if (length.toMinutes() > 0) {
            text.append(length.toMinutesPart()).append('m');
        }
        text.append(length.toSecondsPart());
        return text.append(fraction(length.toNanosPart(), 9)).append('s').toString();
    }

    private static String belowASecond(int nanos) {
        if (nanos >= NANOS_PER_MILLI) {
            return nanos / NANOS_PER_MILLI + fraction(nanos % NANOS_PER_MILLI, 6) + "ms";
        }
        if (nanos >= NANOS_PER_MICRO) {
            return nanos / NANOS_PER_MICRO + fraction(nanos % NANOS_PER_MICRO, 3) + "µs";
        }
        return nanos + "ns";
    }

    private static String fraction(int value, int digits) {
        if (value == 0) {
            return "";
        }
        String padded = String.format(Locale.ROOT, "%0" + digits + "d", value);
        return "." + padded.replaceAll("0+$", "");
    }
}
