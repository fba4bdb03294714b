package dev.reliability.core.circuitbreaker;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuarantee;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever threads do at the same time, the breaker behaves as if they had done it one after another, as {@link
 * BreakerModel} does. Model checking walks through interleavings one by one, and also fails if a thread can be stopped in
 * a place where it holds up the others; the stress runs let the machine find some.
 *
 * <p>Twice: in time that stands still, where only results and signals move the breaker, and in time that passes every
 * deadline between any two looks at the clock.
 */
class BreakerLincheckTest {
    private static final int THREADS = 2;
    private static final int SLOTS = THREADS + 2;

    /** So it need not be tried what other threads do while one raises a counter. */
    private static final ManagedStrategyGuarantee STATISTICS_DECIDE_NOTHING =
            forClasses(LongAdder.class.getName()).allMethods().ignore();

    @Test
    void modelCheckingInTimeThatStandsStill() {
        modelChecking().sequentialSpecification(StillModel.class).check(Still.class);
    }

    @Test
    void modelCheckingInTimeThatPassesEveryDeadline() {
        modelChecking().sequentialSpecification(PassingModel.class).check(Passing.class);
    }

    @Test
    void stressInTimeThatStandsStill() {
        stress().sequentialSpecification(StillModel.class).check(Still.class);
    }

    @Test
    void stressInTimeThatPassesEveryDeadline() {
        stress().sequentialSpecification(PassingModel.class).check(Passing.class);
    }

    private static ModelCheckingOptions modelChecking() {
        return shape(new ModelCheckingOptions().checkObstructionFreedom(true).addGuarantee(STATISTICS_DECIDE_NOTHING))
                .iterations(25)
                .invocationsPerIteration(80);
    }

    private static StressOptions stress() {
        return shape(new StressOptions()).iterations(4).invocationsPerIteration(200);
    }

    private static <O extends Options<O, ?>> O shape(O options) {
        return options.threads(THREADS)
                .actorsBefore(4)
                .actorsPerThread(3)
                .actorsAfter(2)
                .minimizeFailedScenario(false);
    }

    /** A second passes whenever somebody looks. */
    private static final class PassingTime implements TimeSource {
        private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public long nanoTime() {
            return nanos.incrementAndGet();
        }
    }

    private static final class StillTime implements TimeSource {
        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public long nanoTime() {
            return Long.MAX_VALUE;
        }
    }

    /** What threads do; each has a slot for the permit that it holds, and begins with one. */
    public abstract static class Operations {
        private final CircuitBreaker breaker;
        private final @Nullable Permit[] held = new Permit[SLOTS];

        /** Written by whoever tells, one after another; if that were not so, it would show here. */
        private final List<Transition> told = new ArrayList<>();

        Operations(int permits, int successes, TimeSource time) {
            Duration shortest = Duration.ofNanos(1);
            this.breaker = CircuitBreaker.of(
                    "x",
                    CircuitBreakerConfig.consecutive(2, shortest).withHalfOpen(permits, successes, shortest),
                    time);
            var unused = breaker.onTransition(told::add);
            Arrays.setAll(held, slot -> breaker.acquire());
        }

        @Operation
        public boolean take(@Param(gen = ThreadIdGen.class) int thread) {
            Permit permit = breaker.tryAcquire();
            held[thread] = permit;
            return permit != null;
        }

        @Operation
        public void succeed(@Param(gen = ThreadIdGen.class) int thread) {
            Permit permit = held[thread];
            if (permit != null) {
                permit.onSuccess();
            }
        }

        @Operation
        public void fail(@Param(gen = ThreadIdGen.class) int thread) {
            Permit permit = held[thread];
            if (permit != null) {
                permit.onFailure(new IOException("down"));
            }
        }

        @Operation
        public void release(@Param(gen = ThreadIdGen.class) int thread) {
            Permit permit = held[thread];
            if (permit != null) {
                permit.close();
            }
        }

        @Operation
        public boolean tryHalfOpen() {
            return breaker.tryHalfOpen();
        }

        @Operation
        public String look() {
            Snapshot now = breaker.snapshot();
            return now.state() == State.CLOSED
                    ? "CLOSED " + now.consecutiveFailures()
                    : now.state().name();
        }

        @Validate
        public void everyTransitionWasToldInOrder() {
            State last = State.CLOSED;
            for (Transition transition : told) {
                if (transition.from() != last) {
                    throw new IllegalStateException("not in order: " + told);
                }
                last = transition.to();
            }
            if (last != breaker.state()) {
                throw new IllegalStateException("not told of " + breaker.state() + ": " + told);
            }
        }
    }

    public static final class Still extends Operations {
        public Still() {
            super(1, 2, new StillTime());
        }
    }

    public static final class Passing extends Operations {
        public Passing() {
            super(2, 2, new PassingTime());
        }
    }

    /** The same by the model. */
    public abstract static class Model {
        private final BreakerModel model;
        private final BreakerModel.@Nullable Ticket[] held = new BreakerModel.Ticket[SLOTS];
        private final boolean passing;
        private long now;

        Model(int permits, int successes, boolean passing) {
            this.model = new BreakerModel(2, permits, successes, 1, 1);
            this.passing = passing;
            Arrays.setAll(held, slot -> model.take(now()));
        }

        private long now() {
            return passing ? ++now : now;
        }

        public boolean take(int thread) {
            held[thread] = model.take(now());
            return held[thread] != null;
        }

        public void succeed(int thread) {
            BreakerModel.Ticket ticket = held[thread];
            if (ticket != null) {
                model.succeed(ticket);
            }
        }

        public void fail(int thread) {
            BreakerModel.Ticket ticket = held[thread];
            if (ticket != null) {
                model.fail(ticket, now());
            }
        }

        public void release(int thread) {
            BreakerModel.Ticket ticket = held[thread];
            if (ticket != null) {
                model.release(ticket);
            }
        }

        public boolean tryHalfOpen() {
            return model.tryHalfOpen();
        }

        public String look() {
            return model.state == State.CLOSED ? "CLOSED " + model.failuresInARow : model.state.name();
        }
    }

    public static final class StillModel extends Model {
        public StillModel() {
            super(1, 2, false);
        }
    }

    public static final class PassingModel extends Model {
        public PassingModel() {
            super(2, 2, true);
        }
    }
}
