package dev.reliability.core.circuitbreaker;

import java.math.BigDecimal;
import java.time.Duration;

/** Numbers as people read them: without an exponent or zeros that say nothing. */
final class Texts {
    private Texts() {}

    static String seconds(Duration duration) {
        return plain(BigDecimal.valueOf(duration.getSeconds()).add(BigDecimal.valueOf(duration.getNano(), 9))) + " s";
    }

    static String percent(double rate) {
        return plain(BigDecimal.valueOf(rate).movePointRight(2)) + " %";
    }

    private static String plain(BigDecimal value) {
        return value.stripTrailingZeros().toPlainString();
    }
}
