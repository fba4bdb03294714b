package dev.reliability.core.circuitbreaker;

import dev.reliability.core.circuitbreaker.CircuitBreakerConfig.Window;
import java.util.BitSet;
import java.util.concurrent.atomic.LongAdder;

/**
 * Opens when too many of the last {@code size} results are failures.
 *
 * <p><b>Cost.</b> Successes are by far the most results, so they only count up a striped counter that all successive
 * values of one window share. A failure reads that counter and writes the successes since the failure before it into
 * the ring in one go; it copies {@code size} bits.
 *
 * <p><b>Which successes a failure sees.</b> All that were told before it began, and any part of those that are told at
 * the same time; as results that arrive at the same time have no order, every such outcome is right.
 *
 * <p><b>When a success can open it.</b> Only by bringing the number of results up to {@code minimumCalls}: after that a
 * success can not raise the rate. So only successes before that look at the ring.
 */
final class CountWindow implements ResultWindow {
    private final Window.Count parameters;
    private final LongAdder successes;

    /** The count of {@link #successes} that the ring holds already. */
    private final long successesInRing;

    /** A ring of the last results, a set bit for a failure; never changed after construction. */
    private final BitSet ring;

    /** How many results the ring holds. */
    private final int filled;

    /** Where the next result goes. */
    private final int next;

    /** Failures since the last success in the ring. */
    private final int run;

    private CountWindow(
            Window.Count parameters,
            LongAdder successes,
            long successesInRing,
            BitSet ring,
            int filled,
            int next,
            int run) {
        this.parameters = parameters;
        this.successes = successes;
        this.successesInRing = successesInRing;
        this.ring = ring;
        this.filled = filled;
        this.next = next;
        this.run = run;
    }

    static CountWindow empty(Window.Count parameters) {
        return new CountWindow(parameters, new LongAdder(), 0, new BitSet(parameters.size()), 0, 0, 0);
    }

    @Override
    public void addSuccess() {
        successes.increment();
    }

    @Override
    public ResultWindow afterSuccess() {
        if (filled >= parameters.minimumCalls() || ring.isEmpty()) {
            return this;
        }
        CountWindow upToNow = withAddedSuccesses();
        return upToNow.filled >= parameters.minimumCalls() ? upToNow : this;
    }

    @Override
    public ResultWindow afterFailure() {
        CountWindow before = withAddedSuccesses();
        int size = parameters.size();
        BitSet after = (BitSet) before.ring.clone();
        after.set(before.next);
        return new CountWindow(
                parameters,
                successes,
                before.successesInRing,
                after,
                Math.min(size, before.filled + 1),
                (before.next + 1) % size,
                before.run + 1);
    }

    /** Writes the successes that were only counted into the ring. */
    private CountWindow withAddedSuccesses() {
        long counted = successes.sum();
        long added = counted - successesInRing;
        if (added == 0) {
            return this;
        }
        int size = parameters.size();
        BitSet after = (BitSet) ring.clone();
        if (added >= size) {
            after.clear();
        } else {
            int end = next + (int) added;
            after.clear(next, Math.min(end, size));
            after.clear(0, Math.max(0, end - size));
        }
        return new CountWindow(
                parameters,
                successes,
                counted,
                after,
                (int) Math.min(size, filled + added),
                (int) ((next + added) % size),
                0);
    }

    @Override
    public Counts counts() {
        CountWindow upToNow = withAddedSuccesses();
        return new Counts(upToNow.run, upToNow.filled, upToNow.ring.cardinality());
    }

    @Override
    public boolean opensAt(Counts counts) {
        return counts.calls() >= parameters.minimumCalls()
                && (double) counts.failures() / counts.calls() >= parameters.failureRate();
    }

    @Override
    public String reason(Counts counts) {
        return counts.failures() + " of the last " + counts.calls() + " calls failed, the limit is "
                + Texts.percent(parameters.failureRate());
    }

    @Override
    public ResultWindow resized(Window other) {
        if (!(other instanceof Window.Count count)) {
            return ResultWindow.of(other);
        }
        CountWindow upToNow = withAddedSuccesses();
        int kept = Math.min(upToNow.filled, count.size());
        BitSet newest = new BitSet(count.size());
        for (int i = 0; i < kept; i++) {
            newest.set(i, upToNow.ring.get(Math.floorMod(upToNow.next - kept + i, parameters.size())));
        }
        return new CountWindow(
                count, successes, upToNow.successesInRing, newest, kept, kept % count.size(), upToNow.run);
    }
}
