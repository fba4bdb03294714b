package dev.reliability.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the monitor runs one check. Immutable; all faults are reported together when it is built.
 *
 * @param interval from the end of a run to the start of the next; more than zero, at most 1 day
 * @param timeout after how long without an answer a run has failed; more than zero, at most 1 hour. Its thread is
 *     interrupted, and no other run starts before it has ended
 * @param unhealthyInterval the interval while the last result was not healthy or the breaker is not closed; more than
 *     zero, at most 1 day. It never makes the interval longer
 * @param failAfter how many failures in a row make the component unhealthy, 1 to 1,000; the very first result always
 *     counts
 * @param recoverAfter how many passes in a row end that, 1 to 1,000
 * @param critical whether its failure makes a group unhealthy (503), or only degraded (200)
 * @param circuitBreaker the name of the breaker that guards the same dependency, or null. When the check passes while
 *     this breaker is not closed, the monitor runs the check once more as the breaker's probe, so that it closes
 *     without a user having to fail first. A breaker that nobody has made yet is none
 */
public record CheckConfig(
        Duration interval,
        Duration timeout,
        Duration unhealthyInterval,
        int failAfter,
        int recoverAfter,
        boolean critical,
        @Nullable String circuitBreaker) {
    private static final Duration LONGEST_INTERVAL = Duration.ofDays(1);
    private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);
    private static final int MOST_IN_A_ROW = 1_000;

    /** @throws IllegalArgumentException naming every fault: property, value, rule */
    public CheckConfig {
        Objects.requireNonNull(interval, "interval");
        Objects.requireNonNull(timeout, "timeout");
        Objects.requireNonNull(unhealthyInterval, "unhealthyInterval");
        List<String> faults = new ArrayList<>();
        duration(faults, "interval", interval, LONGEST_INTERVAL);
        duration(faults, "timeout", timeout, LONGEST_TIMEOUT);
        duration(faults, "unhealthyInterval", unhealthyInterval, LONGEST_INTERVAL);
        inARow(faults, "failAfter", failAfter);
        inARow(faults, "recoverAfter", recoverAfter);
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("health check: " + String.join("; ", faults));
        }
    }

    /**
     * Every 5 s, at most 2 s, every 1 s while something is wrong; one failure is unhealthy and one pass healthy;
     * critical; no breaker.
     */
    public static CheckConfig defaults() {
        return new CheckConfig(Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofSeconds(1), 1, 1, true, null);
    }

    /** The same with another interval. */
    public CheckConfig withInterval(Duration value) {
        return new CheckConfig(value, timeout, unhealthyInterval, failAfter, recoverAfter, critical, circuitBreaker);
    }

    /** The same with another timeout. */
    public CheckConfig withTimeout(Duration value) {
        return new CheckConfig(interval, value, unhealthyInterval, failAfter, recoverAfter, critical, circuitBreaker);
    }

    /** The same with another interval for bad times. */
    public CheckConfig withUnhealthyInterval(Duration value) {
        return new CheckConfig(interval, timeout, value, failAfter, recoverAfter, critical, circuitBreaker);
    }

    /** The same, unhealthy after so many failures in a row. */
    public CheckConfig withFailAfter(int failures) {
        return new CheckConfig(interval, timeout, unhealthyInterval, failures, recoverAfter, critical, circuitBreaker);
    }

    /** The same, healthy again after so many passes in a row. */
    public CheckConfig withRecoverAfter(int passes) {
        return new CheckConfig(interval, timeout, unhealthyInterval, failAfter, passes, critical, circuitBreaker);
    }

    /** The same, but its failure only degrades. */
    public CheckConfig notCritical() {
        return new CheckConfig(interval, timeout, unhealthyInterval, failAfter, recoverAfter, false, circuitBreaker);
    }

    /** The same, healing the breaker of this name. */
    public CheckConfig withCircuitBreaker(String name) {
        return new CheckConfig(interval, timeout, unhealthyInterval, failAfter, recoverAfter, critical, name);
    }

    /** From the end of a run to the start of the next, while something is wrong. */
    Duration intervalInTrouble() {
        return unhealthyInterval.compareTo(interval) < 0 ? unhealthyInterval : interval;
    }

    private static void duration(List<String> faults, String property, Duration value, Duration longest) {
        if (value.isNegative() || value.isZero() || value.compareTo(longest) > 0) {
            faults.add(property + " is " + value + ", must be more than zero and at most " + longest);
        }
    }

    private static void inARow(List<String> faults, String property, int value) {
        if (value < 1 || value > MOST_IN_A_ROW) {
            faults.add(property + " is " + value + ", must be from 1 to " + MOST_IN_A_ROW);
        }
    }
}
