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
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The breaker: one reference to an immutable {@link Phase}, replaced by compare-and-set.
 *
 * <p><b>Mechanism.</b> Every call is let in by {@link #tryEnter}, which answers the generation that it belongs to, and
 * ended by exactly one of {@link #succeeded}, {@link #failed} and {@link #released}. All forms of making a call are
 * adapters over these four.
 *
 * <p><b>Cost.</b> A successful call through a closed breaker reads one reference twice and raises two striped counters
 * (three with a count window); it takes no lock and reads no clock. A rejection reads the monotonic clock, raises one
 * counter and throws the one exception.
 */
final class DefaultCircuitBreaker implements CircuitBreaker {
    private static final AtomicReferenceFieldUpdater<DefaultCircuitBreaker, Phase> PHASE =
            AtomicReferenceFieldUpdater.newUpdater(DefaultCircuitBreaker.class, Phase.class, "phase");

    /** In place of a generation: the call was not let in. */
    private static final long REJECTED = -1;

    private final String name;
    private final TimeSource time;
    private final TransitionLog log;
    private final CircuitBreakerOpenException rejection;
    private final Statistics statistics = new Statistics();
    private volatile Phase phase;

    DefaultCircuitBreaker(String name, CircuitBreakerConfig config, TimeSource time) {
        TransitionLog.Entry root = TransitionLog.Entry.root(name);
        this.name = name;
        this.time = time;
        this.log = new TransitionLog(root);
        this.phase = ClosedPhase.begin(0, config, root);
        this.rejection = new CircuitBreakerOpenException(this);
    }

    // ---- making calls

    private interface Call<T extends @Nullable Object, X extends Exception> {
        T make() throws X;
    }

    @Override
    public <T extends @Nullable Object> T execute(Callable<T> call) throws Exception {
        return make(call::call);
    }

    @Override
    public void execute(CheckedRunnable call) throws Exception {
        make(() -> {
            call.run();
            return this;
        });
    }

    @Override
    public <T extends @Nullable Object> T executeSupplier(Supplier<T> call) {
        return make(call::get);
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
        return permit == null ? CompletableFuture.failedFuture(rejection) : StageCall.make(permit, call);
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
                statistics.rejected.increment();
                return REJECTED;
            }
            if (replaced(before, after)) {
                statistics.entered.increment();
                return after.generation;
            }
        }
    }

    void succeeded(long generation) {
        statistics.successes.increment();
        Phase before = phase;
        if (before instanceof ClosedPhase closed && closed.generation == generation) {
            closed.window().addSuccess();
        }
        while (before.generation == generation && !replaced(before, before.afterSuccess(time))) {
            before = phase;
        }
    }

    void failed(long generation, Throwable thrown) {
        Throwable failure = unwrapped(thrown);
        if (!isFailure(failure)) {
            released(generation);
            return;
        }
        statistics.failures.increment();
        Phase before = phase;
        while (before.generation == generation && !replaced(before, before.afterFailure(failure, time))) {
            before = phase;
        }
    }

    void released(long generation) {
        statistics.withoutResult.increment();
        Phase before = phase;
        while (before.generation == generation && !replaced(before, before.afterRelease())) {
            before = phase;
        }
    }

    /** Puts one phase in place of another and announces it if it is a transition; false if another thread was faster. */
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

    /** What an asynchronous call failed with, without what futures put around it. */
    private static Throwable unwrapped(Throwable thrown) {
        Throwable failure = thrown;
        while (failure instanceof CompletionException || failure instanceof ExecutionException) {
            Throwable cause = failure.getCause();
            if (cause == null) {
                return failure;
            }
            failure = cause;
        }
        return failure;
    }

    /**
     * Whether the dependency failed. Not if this process did, if the caller was interrupted or gave up, or if the call
     * used this very breaker again and was rejected: a probe that did so would keep the breaker open for ever.
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

    // ---- seen and changed from outside

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

    @Override
    public boolean tryHalfOpen() {
        while (true) {
            Phase before = phase;
            if (!(before instanceof OpenPhase open)) {
                return false;
            }
            if (replaced(before, open.afterSignal(time))) {
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
        long inFlight = statistics.inFlight();
        Phase now = phase;
        Counts counts = now.counts();
        Transition arrival = now.arrival.transition;
        return new Snapshot(
                name,
                now.state(),
                now.config,
                counts.consecutiveFailures(),
                counts.calls(),
                counts.failures(),
                inFlight,
                statistics.successes.sum(),
                statistics.failures.sum(),
                statistics.rejected.sum(),
                arrival == null ? null : arrival.at(),
                arrival == null ? null : arrival.reason(),
                now.retryAfter(time));
    }

    /** As in {@link #snapshot}, without gathering the rest. */
    Duration retryAfter() {
        return phase.retryAfter(time);
    }

    @Override
    public String toString() {
        return "CircuitBreaker[" + name + ", " + state().wireName() + "]";
    }
}
