package dev.reliability.core.circuitbreaker;

import dev.reliability.core.time.TimeSource;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The breaker: one reference to an immutable {@link Phase}, replaced by compare-and-set.
 *
 * <p>Every call is let in by {@link #enter}, which answers the generation it belongs to, and ended by exactly one of
 * {@link #succeeded}, {@link #failed} and {@link #released}. All forms of making a call are adapters over these four.
 *
 * <p><b>Cost.</b> A successful call through a closed breaker reads one reference twice and raises two striped counters;
 * it allocates nothing, takes no lock and reads no clock. A rejection reads the clock and throws the one exception.
 */
final class DefaultCircuitBreaker implements CircuitBreaker {
    /** In place of a generation: the call was not let in. */
    private static final long REJECTED = -1;

    private static final AtomicReferenceFieldUpdater<DefaultCircuitBreaker, Phase> PHASE =
            AtomicReferenceFieldUpdater.newUpdater(DefaultCircuitBreaker.class, Phase.class, "phase");

    private final String name;
    private final TimeSource time;
    private volatile Phase phase;
    private final TransitionLog log;
    private final CircuitBreakerOpenException rejection;

    private final LongAdder entered = new LongAdder();
    private final LongAdder successes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder withoutResult = new LongAdder();
    private final LongAdder rejected = new LongAdder();

    DefaultCircuitBreaker(String name, CircuitBreakerConfig config, TimeSource time) {
        TransitionLog.Entry root = TransitionLog.Entry.root(name);
        this.name = name;
        this.time = time;
        this.phase = ClosedPhase.begin(0, config, root);
        this.log = new TransitionLog(root);
        this.rejection = new CircuitBreakerOpenException(this);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CircuitBreakerConfig config() {
        return phase.config;
    }

    @Override
    public State state() {
        return phase.state();
    }

    // ---- making calls

    @Override
    public <T extends @Nullable Object> T execute(Callable<T> call) throws Exception {
        return make(call::call);
    }

    @Override
    public void execute(CheckedRunnable call) throws Exception {
        make(() -> {
            call.run();
            return name;
        });
    }

    @Override
    public <T extends @Nullable Object> T executeSupplier(Supplier<T> call) {
        return make(call::get);
    }

    private interface Call<T extends @Nullable Object, X extends Exception> {
        T make() throws X;
    }

    private <T extends @Nullable Object, X extends Exception> T make(Call<T, X> call) throws X {
        long generation = enter();
        T result;
        try {
            result = call.make();
        } catch (Throwable failure) {
            failed(generation, failure);
            throw failure;
        }
        succeeded(generation);
        return result;
    }

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> executeStage(Supplier<? extends CompletionStage<T>> call) {
        Permit permit = tryAcquire();
        if (permit == null) {
            return CompletableFuture.failedFuture(rejection);
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        // For results that somebody else gives it: cancel, orTimeout, complete.
        var unused = result.whenComplete((value, failure) -> tell(permit, failure));
        try {
            call.get().whenComplete((value, failure) -> {
                tell(permit, failure);
                if (failure == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(failure);
                }
            });
        } catch (Throwable failure) {
            tell(permit, failure);
            result.completeExceptionally(failure);
        }
        return result;
    }

    private static void tell(Permit permit, @Nullable Throwable failure) {
        if (failure == null) {
            permit.onSuccess();
        } else {
            permit.onFailure(failure);
        }
    }

    @Override
    public Permit acquire() {
        return new GenerationPermit(this, enter());
    }

    @Override
    public @Nullable Permit tryAcquire() {
        long generation = tryEnter();
        return generation == REJECTED ? null : new GenerationPermit(this, generation);
    }

    // ---- the mechanism

    /** Lets a call in and answers its generation. */
    private long enter() {
        long generation = tryEnter();
        if (generation == REJECTED) {
            throw rejection;
        }
        return generation;
    }

    private long tryEnter() {
        while (true) {
            Phase before = phase;
            Phase after = before.afterEntry(time);
            if (after == null) {
                rejected.increment();
                return REJECTED;
            }
            if (replaced(before, after)) {
                entered.increment();
                return after.generation;
            }
        }
    }

    void succeeded(long generation) {
        successes.increment();
        Phase before = phase;
        if (before instanceof ClosedPhase closed && closed.generation == generation) {
            closed.window().addSuccess();
        }
        while (before.generation == generation && !replaced(before, before.afterSuccess(time))) {
            before = phase;
        }
    }

    void failed(long generation, Throwable thrown) {
        Throwable failure = cause(thrown);
        if (!isFailure(failure)) {
            released(generation);
            return;
        }
        failures.increment();
        Phase before = phase;
        while (before.generation == generation && !replaced(before, before.afterFailure(failure, time))) {
            before = phase;
        }
    }

    void released(long generation) {
        withoutResult.increment();
        Phase before = phase;
        while (before.generation == generation && !replaced(before, before.afterRelease())) {
            before = phase;
        }
    }

    /** Puts a phase in place of another, and announces it if it is a transition; false if somebody was faster. */
    private boolean replaced(Phase before, Phase after) {
        if (before == after) {
            return true;
        }
        if (!PHASE.compareAndSet(this, before, after)) {
            return false;
        }
        if (before.arrival != after.arrival) {
            log.announce(before.arrival, after.arrival);
        }
        return true;
    }

    /** What an asynchronous call failed with, without its wrapping. */
    private static Throwable cause(Throwable thrown) {
        Throwable failure = thrown;
        while (failure instanceof CompletionException || failure instanceof ExecutionException) {
            Throwable inner = failure.getCause();
            if (inner == null) {
                return failure;
            }
            failure = inner;
        }
        return failure;
    }

    /**
     * Whether the dependency failed. Not if this process did ({@code Error}), if the caller was interrupted or gave up,
     * or if the call used this very breaker again and was rejected.
     */
    private boolean isFailure(Throwable failure) {
        if (failure instanceof Error
                || failure instanceof InterruptedException
                || failure instanceof ClosedByInterruptException
                || failure instanceof CancellationException
                || failure == rejection) {
            return false;
        }
        try {
            return config().countsAsFailure().test(failure);
        } catch (Throwable ofThePredicate) {
            if (ofThePredicate != failure) {
                failure.addSuppressed(ofThePredicate);
            }
            return true;
        }
    }

    // ---- from outside

    @Override
    public boolean tryHalfOpen() {
        while (true) {
            Phase before = phase;
            if (!(before instanceof OpenPhase open)) {
                return false;
            }
            if (replaced(before, open.signalled(time))) {
                return true;
            }
        }
    }

    @Override
    public void reconfigure(CircuitBreakerConfig config) {
        Objects.requireNonNull(config, "config");
        Phase before;
        do {
            before = phase;
        } while (!replaced(before, before.reconfigured(config)));
    }

    @Override
    public Registration onTransition(Consumer<Transition> listener) {
        return log.add(Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public Snapshot snapshot() {
        // Ends before beginnings: a call that ends in between is counted as in flight, never as less than none.
        long succeeded = successes.sum();
        long failed = failures.sum();
        long ended = succeeded + failed + withoutResult.sum();
        long inFlight = entered.sum() - ended;
        Phase now = phase;
        Counts counts = now.counts();
        Transition last = now.arrival.transition;
        return new Snapshot(
                name,
                now.state(),
                now.config,
                counts.consecutiveFailures(),
                counts.calls(),
                counts.failures(),
                inFlight,
                succeeded,
                failed,
                rejected.sum(),
                last == null ? null : last.at(),
                last == null ? null : last.reason(),
                now.retryAfter(time));
    }

    /** For {@link CircuitBreakerOpenException}, without gathering the rest. */
    Duration retryAfter() {
        return phase.retryAfter(time);
    }

    @Override
    public String toString() {
        return "CircuitBreaker[" + name + ", " + state().wireName() + "]";
    }
}
