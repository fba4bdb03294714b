package dev.reliability.health;

import dev.reliability.core.circuitbreaker.CircuitBreakers;
import dev.reliability.core.circuitbreaker.Permit;
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
    private final BoundBreaker breaker;
    private final Threads threads;
    private final Runnable wakeSchedule;

    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by the lock: the run in flight. */
    private @Nullable CheckRun inFlight;
    /** Guarded by the lock: whether the run in flight has missed its time. */
    private boolean overdue;
    /** Guarded by the lock: how long to wait after the last result, as far as that one says. */
    private Duration wait = Duration.ZERO;
    /** Guarded by the lock: no run begins anymore. */
    private boolean closed;

    /** Written under the lock. */
    private volatile @Nullable CheckState state;

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
        this.breaker = new BoundBreaker(breakers, config.circuitBreaker());
        this.threads = threads;
        this.wakeSchedule = wakeSchedule;
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
        boolean hurry = breaker.inTrouble();
        CheckRun begun = null;
        CheckRun late = null;
        HealthEvents.Change change = null;
        lock.lock();
        try {
            long now = time.nanoTime();
            CheckRun run = inFlight;
            if (run == null) {
                begun = untilDue(hurry, now) <= 0 ? begin(null, now) : null;
            } else if (!overdue && untilTimeout(run, now) <= 0) {
                overdue = true;
                late = run;
                change = record(Health.unhealthy(failureMessage), noAnswer(run, now));
            } else if (overdue && untilDue(hurry, now) <= 0) {
                change = record(Health.unhealthy(failureMessage), noAnswer(run, now));
            }
        } finally {
            lock.unlock();
        }
        tell(change);
        if (late != null) {
            abandon(late);
        }
        if (begun != null) {
            launch(begun);
        }
        return untilNextTick();
    }

    /** Starts nothing more, and interrupts the run in flight without waiting for it. */
    void close() {
        CheckRun run;
        lock.lock();
        try {
            closed = true;
            run = inFlight;
        } finally {
            lock.unlock();
        }
        if (run != null) {
            run.abandon();
            Permit probe = run.probe();
            if (probe != null) {
                probe.close();
            }
        }
    }

    private @Nullable CheckRun begin(@Nullable Permit probe, long now) {
        if (closed || inFlight != null) {
            return null;
        }
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

    /** The dependency works: if its breaker does not know that yet, be its probe. */
    private void probeBreaker() {
        Permit probe = breaker.offerProbe();
        if (probe == null) {
            return;
        }
        CheckRun run;
        lock.lock();
        try {
            run = begin(probe, time.nanoTime());
        } finally {
            lock.unlock();
        }
        if (run == null) {
            probe.close();
        } else {
            launch(run);
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
        wait = result.status() == HealthStatus.HEALTHY ? config.interval() : config.intervalInTrouble();
        HealthStatus from = before == null ? null : before.shown().status();
        return from == after.shown().status() ? null : new HealthEvents.Change(name, from, after.shown(), error);
    }

    private static void tell(HealthEvents.@Nullable Change change) {
        if (change != null) {
            HealthEvents.changed(change);
        }
    }

    private long untilNextTick() {
        boolean hurry = breaker.inTrouble();
        lock.lock();
        try {
            if (closed) {
                return Long.MAX_VALUE;
            }
            long now = time.nanoTime();
            CheckRun run = inFlight;
            long next = run == null || overdue ? untilDue(hurry, now) : untilTimeout(run, now);
            // Nobody tells when a breaker opens: look as often as the check would run then.
            return config.circuitBreaker() == null
                    ? next
                    : Math.min(next, config.intervalInTrouble().toNanos());
        } finally {
            lock.unlock();
        }
    }

    /** Called under the lock: until the next run, or the next failure of one that hangs. */
    private long untilDue(boolean hurry, long now) {
        CheckState last = state;
        if (last == null) {
            return 0;
        }
        Duration interval = hurry ? config.intervalInTrouble() : wait;
        return interval.toNanos() - (now - last.atNanos());
    }

    private long untilTimeout(CheckRun run, long now) {
        return config.timeout().toNanos() - (now - run.startedAtNanos());
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
}
