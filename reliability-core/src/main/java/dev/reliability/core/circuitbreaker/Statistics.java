package dev.reliability.core.circuitbreaker;

import java.util.concurrent.atomic.LongAdder;

/** What happened since a breaker was made. Striped, as every call of every thread writes here; decides nothing. */
final class Statistics {
    final LongAdder entered = new LongAdder();
    final LongAdder rejected = new LongAdder();
    final LongAdder successes = new LongAdder();
    final LongAdder failures = new LongAdder();
    final LongAdder withoutResult = new LongAdder();

    /** Calls that were let in and have not ended. */
    long inFlight() {
        // Ends before beginnings: what ends in between is counted as in flight, and never as less than nothing.
        long ended = successes.sum() + failures.sum() + withoutResult.sum();
        return entered.sum() - ended;
    }
}
