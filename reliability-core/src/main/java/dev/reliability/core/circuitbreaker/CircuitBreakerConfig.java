package dev.reliability.core.circuitbreaker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * When a breaker opens and how it closes again. Immutable; all faults are reported together when it is built.
 *
 * @param window what decides that it opens
 * @param openDuration how long it rejects before a probe may pass; more than zero, at most 365 days
 * @param halfOpenPermits how many probes may be in flight at a time, 1 to 1,000; by default 1
 * @param halfOpenSuccesses how many successful probes close it, 1 to 1,000; by default 1
 * @param halfOpenMaxWait when all probes are in flight: for how long the newest of them must have been until all are
 *     taken for lost, and new ones pass; more than zero, at most 365 days; by default 60 s. What a lost probe tells later
 *     is counted in the statistics only. Longer than the slowest answer of the dependency that is still good
 * @param countsAsFailure which exceptions are failures of the dependency; the others are given back uncounted. By
 *     default all. Not asked about an {@code Error}, {@code InterruptedException}, {@code ClosedByInterruptException}
 *     and {@code CancellationException}, which never count. Called on the calling thread, perhaps by several at a time;
 *     what it throws counts as a failure, and is added to the failure as a suppressed exception
 */
public record CircuitBreakerConfig(
        Window window,
        Duration openDuration,
        int halfOpenPermits,
        int halfOpenSuccesses,
        Duration halfOpenMaxWait,
        Predicate<Throwable> countsAsFailure) {
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Duration DEFAULT_MAX_WAIT = Duration.ofSeconds(60);
    private static final Predicate<Throwable> EVERY_EXCEPTION = Throwable.class::isInstance;

    /** What decides that a closed breaker opens. */
    public sealed interface Window {
        /**
         * Opens after so many failures in a row.
         *
         * @param failures 1 to 1,000,000
         */
        record Consecutive(int failures) implements Window {}

        /**
         * Opens when at least {@code failureRate} of the last {@code size} results are failures. A success opens it only
         * as the result with which there are {@code minimumCalls}.
         *
         * @param size how many results, 1 to 10,000
         * @param minimumCalls results that there must be before it may open, 1 to {@code size}
         * @param failureRate more than 0, at most 1
         */
        record Count(int size, int minimumCalls, double failureRate) implements Window {}
    }

    /** @throws IllegalArgumentException naming every fault: property, value, rule */
    public CircuitBreakerConfig {
        List<String> faults = new ArrayList<>();
        if (window instanceof Window.Consecutive consecutive) {
            range(faults, "window.failures", consecutive.failures(), 1, 1_000_000);
        } else if (window instanceof Window.Count count) {
            range(faults, "window.size", count.size(), 1, 10_000);
            range(faults, "window.minimumCalls", count.minimumCalls(), 1, Math.max(1, count.size()));
            if (!(count.failureRate() > 0 && count.failureRate() <= 1)) {
                faults.add("window.failureRate is " + count.failureRate() + ", must be more than 0 and at most 1");
            }
        } else {
            faults.add("window is missing");
        }
        duration(faults, "openDuration", openDuration);
        range(faults, "halfOpenPermits", halfOpenPermits, 1, 1_000);
        range(faults, "halfOpenSuccesses", halfOpenSuccesses, 1, 1_000);
        duration(faults, "halfOpenMaxWait", halfOpenMaxWait);
        if (countsAsFailure == null) {
            faults.add("countsAsFailure is missing");
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("circuit breaker: " + String.join("; ", faults));
        }
    }

    /** Opens after {@code failures} failures in a row for {@code openDuration}; one probe at a time, one success closes it. */
    public static CircuitBreakerConfig consecutive(int failures, Duration openDuration) {
        return of(new Window.Consecutive(failures), openDuration);
    }

    /** Opens when {@code failureRate} of the last {@code size} calls fail, for {@code openDuration}. */
    public static CircuitBreakerConfig count(int size, int minimumCalls, double failureRate, Duration openDuration) {
        return of(new Window.Count(size, minimumCalls, failureRate), openDuration);
    }

    private static CircuitBreakerConfig of(Window window, Duration openDuration) {
        return new CircuitBreakerConfig(window, openDuration, 1, 1, DEFAULT_MAX_WAIT, EVERY_EXCEPTION);
    }

    /** The same with other bounds for its probes. */
    public CircuitBreakerConfig withHalfOpen(int permits, int successes, Duration maxWait) {
        return new CircuitBreakerConfig(window, openDuration, permits, successes, maxWait, countsAsFailure);
    }

    /** The same, counting only these exceptions as failures. */
    public CircuitBreakerConfig countingOnly(Predicate<Throwable> failures) {
        return new CircuitBreakerConfig(
                window, openDuration, halfOpenPermits, halfOpenSuccesses, halfOpenMaxWait, failures);
    }

    private static void range(List<String> faults, String property, int value, int from, int to) {
        if (value < from || value > to) {
            faults.add(property + " is " + value + ", must be from " + from + " to " + to);
        }
    }

    private static void duration(List<String> faults, String property, @Nullable Duration value) {
        if (value == null) {
            faults.add(property + " is missing");
        } else if (value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
            faults.add(
                    property + " is " + value + ", must be more than zero and at most " + LONGEST.toDays() + " days");
        }
    }

    /** For people: what differs from the defaults, and the window and open duration always. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (window instanceof Window.Consecutive consecutive) {
            text.append(consecutive.failures()).append(" failures in a row");
        } else if (window instanceof Window.Count count) {
            text.append(Texts.percent(count.failureRate()))
                    .append(" of the last ")
                    .append(count.size());
            text.append(" calls, at least ").append(count.minimumCalls());
        }
        text.append(", open for ").append(Texts.seconds(openDuration));
        if (halfOpenPermits != 1 || halfOpenSuccesses != 1 || !halfOpenMaxWait.equals(DEFAULT_MAX_WAIT)) {
            text.append(", closed by ").append(halfOpenSuccesses).append(" successful probes, ");
            text.append(halfOpenPermits).append(" at a time, lost after ").append(Texts.seconds(halfOpenMaxWait));
        }
        if (countsAsFailure != EVERY_EXCEPTION) {
            text.append(", counting by ").append(countsAsFailure);
        }
        return text.toString();
    }
}
