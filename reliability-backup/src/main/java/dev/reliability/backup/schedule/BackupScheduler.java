package dev.reliability.backup.schedule;

import dev.reliability.core.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the fire times of a schedule, on one thread of its own, and does for each what it is told to. Any number of
 * processes may have the same schedule: what keeps them from doing it twice is the job's business.
 *
 * <p>The newest fire time that has passed is due until the job has been done for it; so one that came while no process
 * ran, or while the job could not be done, is made up for, until the next one comes. Of several that were missed only
 * the newest is. The wall clock is looked at again every 30 s at the latest: set forward, it makes what was jumped over
 * due in the same way; set back, nothing happens until new fire times come.
 *
 * <pre>{@code
 * CronSchedule nightly = CronSchedule.parse("0 2 * * * Asia/Shanghai");
 * BackupScheduler scheduler = new BackupScheduler("backup", nightly, TimeSource.system(),
 *         fireTime -> backups.createScheduled(backups.wholeType(), fireTime, Caller.system()));
 * scheduler.start();
 * }</pre>
 *
 * <p>Safe for use by any thread; whoever made it closes it, before what its job uses.
 */
public final class BackupScheduler implements AutoCloseable {
    static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(BackupScheduler.class);

    private final String work;
    private final CronSchedule schedule;
    private final TimeSource time;
    private final Job job;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicBoolean started = new AtomicBoolean();
    private final Thread thread;
    private @Nullable Instant done;
    private String obstacle = "";

    /** What is done for a fire time. */
    @FunctionalInterface
    public interface Job {
        /**
         * Does it, on the scheduler's thread, however long that takes.
         *
         * @param fireTime a whole minute that has come
         * @throws RuntimeException if it could not be done; it is tried again every 30 s until the next fire time comes
         */
        void run(Instant fireTime);
    }

    /**
     * Does nothing before it is started.
     *
     * @param work what is done, in a word for the log, such as {@code backup}
     */
    public BackupScheduler(String work, CronSchedule schedule, TimeSource time, Job job) {
        this.work = Objects.requireNonNull(work, "work");
        this.schedule = Objects.requireNonNull(schedule, "schedule");
        this.time = Objects.requireNonNull(time, "time");
        this.job = Objects.requireNonNull(job, "job");
        this.thread = new Thread(this::loop, work + "-schedule");
        thread.setDaemon(true);
    }

    /** Begins; calling it again does nothing. */
    public void start() {
        if (!started.compareAndSet(false, true)) {
            return;
        }
        log.atInfo()
                .addKeyValue("event", "schedule_started")
                .addKeyValue("work", work)
                .addKeyValue("schedule", schedule)
                .addKeyValue("next", schedule.nextAfter(time.now()))
                .log("the schedule begins");
        thread.start();
    }

    /** Interrupts the job if it runs, and does not wait for it; an operation that it began goes on. */
    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }

    private void loop() {
        try {
            Duration wait = Duration.ZERO;
            while (!closed.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                wait = tick();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** Does what is due; returns after how long to call it again. */
    Duration tick() {
        Instant due = schedule.lastUpTo(time.now());
        if ((done == null || due.isAfter(done)) && attempt(due)) {
            done = due;
        }
        Instant now = time.now();
        Duration untilNext = Duration.between(now, schedule.nextAfter(now));
        return untilNext.compareTo(LOOK_AGAIN) < 0 ? untilNext : LOOK_AGAIN;
    }

    // The schedule must outlive whatever goes wrong in one run.
    @SuppressWarnings("CatchingUnchecked")
    private boolean attempt(Instant due) {
        try {
            job.run(due);
            obstacle = "";
            return true;
        } catch (RuntimeException failed) {
            tell(due, failed);
            return false;
        }
    }

    private void tell(Instant due, RuntimeException failed) {
        String now = String.valueOf(failed.getMessage());
        if (closed.getCount() > 0 && !now.equals(obstacle)) {
            obstacle = now;
            log.atError()
                    .addKeyValue("event", "schedule_delayed")
                    .addKeyValue("work", work)
                    .addKeyValue("fire_time", due)
                    .addKeyValue("error", now)
                    .log("what is scheduled can not begin; tried again every {} s", LOOK_AGAIN.toSeconds());
        }
    }
}
