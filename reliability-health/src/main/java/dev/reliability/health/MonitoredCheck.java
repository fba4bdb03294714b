package dev.reliability.health;

import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.circuitbreaker.CircuitBreakers;
import dev.reliability.core.circuitbreaker.Permit;
import dev.reliability.core.circuitbreaker.State;
import dev.reliability.core.health.ComponentHealth;
import dev.reliability.core.health.Health;
import dev.reliability.core.health.HealthCheck;
import dev.reliability.core.health.HealthStatus;
import dev.reliability.core.health.Message;
import dev.reliability.core.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One check, its place in the schedule and its last results.
 *
 * <p>{@link #tick} is called by one thread, again and again; it starts a run, or finds that the run in flight has
 * missed its time. Runs end on their own threads in {@link #ended}. Both meet under the lock, and nothing foreign is
 * called under it: no check, no breaker (whose listeners are somebody's code), no log. Readers take no lock.
 *
 * <p>A run that has missed its time has failed. It keeps its place in flight until its thread comes back, so a check
 * that hangs costs one thread; each interval that it goes on is one more failure. What it answers in the end is too old
 * to be news.
 */
final class MonitoredCheck implements Component {

    /** Where runs happen. */
    interface Threads {
        /** Lets it run, now or soon. */
        void run(String checkName, Runnable run);
    }

    private static final Message PENDING = Message.of("check.pending", "not checked yet");
    private static final Message STALE = Message.of("check.stale", "no current result");

    private final String name;
    private final HealthCheck check;
    private final Message failureMessage;
    private final CheckConfig config;
    private final TimeSource time;
    private final CircuitBreakers breakers;
    private final Threads threads;
    private final Runnable wakeSchedule;

    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by the lock: when the next run starts. */
    private long dueNanos;
    /** Guarded by the lock: the run in flight. */
    private @Nullable CheckRun inFlight;
    /** Guarded by the lock: whether the run in flight has missed its time. */
    private boolean overdue;

    private volatile @Nullable CheckState state;
    private volatile boolean closed;

    MonitoredCheck(
            String name,
            HealthCheck check,
            Message failureMessage,
            CheckConfig config,
            TimeSource time,
            CircuitBreakers breakers,
            Threads threads,
            Runnable wakeSchedule) {
        this.name = name;
        this.check = check;
        this.failureMessage = failureMessage;
        this.config = config;
        this.time = time;
        this.breakers = breakers;
        this.threads = threads;
        this.wakeSchedule = wakeSchedule;
        this.dueNanos = time.nanoTime();
    }

    @Override
    public boolean critical() {
        return config.critical();
    }

    /** Whether there is a result; a run that missed its time has one, too. */
    boolean hasResult() {
        return state != null;
    }

    @Override
    public ComponentHealth look() {
        CheckState known = state;
        if (known == null) {
            return new ComponentHealth(name, Health.unhealthy(PENDING), time.now());
        }
        Health shown = known.shown();
        Duration oldest = config.interval().plus(config.timeout());
        boolean stale = time.since(known.atNanos()).compareTo(oldest) > 0;
        if (stale && CheckState.passed(shown)) {
            shown = Health.unhealthy(STALE);
        }
        return new ComponentHealth(name, shown, known.at());
    }

    /**
     * Does what is due.
     *
     * @return after how many nanoseconds to come again at the latest; not more than zero: at once
     */
    long tick() {
        boolean breakerInTrouble = breakerInTrouble();
        CheckRun start = null;
        CheckRun late = null;
        HealthEvents.Change change = null;
        lock.lock();
        try {
            long now = time.nanoTime();
            CheckRun run = inFlight;
            if (run == null) {
                if (breakerInTrouble) {
                    dueNanos =
                            earlier(dueNanos, now + config.intervalInTrouble().toNanos());
                }
                if (dueNanos - now <= 0) {
                    start = begin(null, now);
                }
            } else if (!overdue
                    && now - run.startedAtNanos() >= config.timeout().toNanos()) {
                overdue = true;
                late = run;
                change = record(Health.unhealthy(failureMessage), noAnswer(run, now));
            } else if (overdue && dueNanos - now <= 0) {
                change = record(Health.unhealthy(failureMessage), noAnswer(run, now));
            }
        } finally {
            lock.unlock();
        }
        tell(change);
        if (late != null) {
            abandon(late);
        }
        if (start != null) {
            launch(start);
        }
        return untilNextTick();
    }

    /** Starts nothing more, and interrupts the run in flight without waiting for it. */
    void close() {
        closed = true;
        CheckRun run;
        lock.lock();
        try {
            run = inFlight;
        } finally {
            lock.unlock();
        }
        if (run != null) {
            run.abandon();
            giveBack(run.probe());
        }
    }

    private CheckRun begin(@Nullable Permit probe, long now) {
        CheckRun run = new CheckRun(check, probe, now, this::ended);
        inFlight = run;
        overdue = false;
        return run;
    }

    private void launch(CheckRun run) {
        try {
            threads.run(name, run);
        } catch (RuntimeException | Error refused) {
            if (run.abandon()) {
                ended(run, new CheckRun.End(null, refused));
            }
        }
    }

    private void abandon(CheckRun run) {
        if (run.abandon()) {
            lock.lock();
            try {
                inFlight = null;
            } finally {
                lock.unlock();
            }
        }
        Permit probe = run.probe();
        if (probe != null) {
            probe.onFailure(noAnswer(run, time.nanoTime()));
        }
    }

    private void ended(CheckRun run, CheckRun.End end) {
        Throwable error = errorOf(end);
        Health answer = end.answer() == null ? Health.unhealthy(failureMessage) : end.answer();
        boolean passed = CheckState.passed(answer);
        boolean late;
        HealthEvents.Change change = null;
        lock.lock();
        try {
            inFlight = null;
            late = overdue;
            if (!late) {
                long took = time.since(run.startedAtNanos()).toMillis();
                change = record(answer.with("duration_ms", took), error);
            }
        } finally {
            lock.unlock();
        }
        if (late) {
            HealthEvents.lateEnd(name);
        } else {
            tell(change);
            settle(run.probe(), passed, error);
            if (passed && run.probe() == null) {
                probeBreaker();
            }
        }
        wakeSchedule.run();
    }

    private static void settle(@Nullable Permit probe, boolean passed, @Nullable Throwable error) {
        if (probe == null) {
            return;
        }
        if (passed) {
            probe.onSuccess();
        } else {
            probe.onFailure(error == null ? new IllegalStateException("the health check said unhealthy") : error);
        }
    }

    /** The dependency works: if its breaker does not know that yet, tell it, and be its probe. */
    private void probeBreaker() {
        CircuitBreaker breaker = breaker();
        if (closed || breaker == null || breaker.state() == State.CLOSED) {
            return;
        }
        breaker.tryHalfOpen();
        Permit probe = breaker.tryAcquire();
        if (probe == null) {
            // The probes of others are on their way.
            return;
        }
        CheckRun run = null;
        lock.lock();
        try {
            if (inFlight == null) {
                run = begin(probe, time.nanoTime());
            }
        } finally {
            lock.unlock();
        }
        if (run == null) {
            giveBack(probe);
        } else {
            launch(run);
        }
    }

    private static void giveBack(@Nullable Permit probe) {
        if (probe != null) {
            probe.close();
        }
    }

    /** Called under the lock. */
    private HealthEvents.@Nullable Change record(Health result, @Nullable Throwable error) {
        long now = time.nanoTime();
        CheckState before = state;
        CheckState after = before == null
                ? CheckState.first(result, time.now(), now)
                : before.next(result, time.now(), now, config);
        state = after;
        Duration wait = result.status() == HealthStatus.HEALTHY ? config.interval() : config.intervalInTrouble();
        dueNanos = now + wait.toNanos();
        HealthStatus from = before == null ? null : before.shown().status();
        return from == after.shown().status() ? null : new HealthEvents.Change(name, from, after.shown(), error);
    }

    private static void tell(HealthEvents.@Nullable Change change) {
        if (change != null) {
            HealthEvents.changed(change);
        }
    }

    private long untilNextTick() {
        lock.lock();
        try {
            CheckRun run = inFlight;
            long next = run == null || overdue
                    ? dueNanos
                    : run.startedAtNanos() + config.timeout().toNanos();
            long wait = next - time.nanoTime();
            // Nobody tells when a breaker opens: look as often as a check would run then.
            return config.circuitBreaker() == null
                    ? wait
                    : Math.min(wait, config.intervalInTrouble().toNanos());
        } finally {
            lock.unlock();
        }
    }

    private @Nullable CircuitBreaker breaker() {
        String breaker = config.circuitBreaker();
        return breaker == null ? null : breakers.find(breaker).orElse(null);
    }

    private boolean breakerInTrouble() {
        CircuitBreaker breaker = breaker();
        return breaker != null && breaker.state() != State.CLOSED;
    }

    private @Nullable Throwable errorOf(CheckRun.End end) {
        if (end.thrown() == null && end.answer() == null) {
            return new IllegalStateException("the health check '" + name + "' returned null");
        }
        return end.thrown();
    }

    private TimeoutException noAnswer(CheckRun run, long now) {
        return new TimeoutException("the health check '" + name + "' has not answered for "
                + Duration.ofNanos(now - run.startedAtNanos()).toMillis() + " ms, its limit is "
                + config.timeout().toMillis() + " ms");
    }

    private static long earlier(long nanos, long otherNanos) {
        return nanos - otherNanos <= 0 ? nanos : otherNanos;
    }
}
