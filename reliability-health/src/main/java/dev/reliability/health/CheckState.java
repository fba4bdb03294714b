package dev.reliability.health;

import dev.reliability.core.health.Health;
import dev.reliability.core.health.HealthStatus;
import java.time.Instant;

/**
 * What is known of a check after a result, and how the next result changes it: single failures and passes are not shown
 * before there are enough of them in a row.
 *
 * @param shown what is shown
 * @param at when the last result came, by the wall clock
 * @param atNanos the same by the monotonic clock
 * @param failures results in a row that failed, until now
 * @param passes results in a row that passed, until now
 */
record CheckState(Health shown, Instant at, long atNanos, int failures, int passes) {

    /** The state after the first result, which is shown as it is. */
    static CheckState first(Health result, Instant at, long atNanos) {
        boolean passed = passed(result);
        return new CheckState(result, at, atNanos, passed ? 0 : 1, passed ? 1 : 0);
    }

    /** The state after one more result. */
    CheckState next(Health result, Instant nextAt, long nextAtNanos, CheckConfig config) {
        if (passed(result)) {
            int inARow = increment(passes);
            boolean show = passed(shown) || inARow >= config.recoverAfter();
            return new CheckState(show ? result : shown, nextAt, nextAtNanos, 0, inARow);
        }
        int inARow = increment(failures);
        boolean show = !passed(shown) || inARow >= config.failAfter();
        return new CheckState(show ? result : shown, nextAt, nextAtNanos, inARow, 0);
    }

    /** A component that is degraded does its work. */
    static boolean passed(Health result) {
        return result.status() != HealthStatus.UNHEALTHY;
    }

    private static int increment(int count) {
        return count == Integer.MAX_VALUE ? count : count + 1;
    }
}
