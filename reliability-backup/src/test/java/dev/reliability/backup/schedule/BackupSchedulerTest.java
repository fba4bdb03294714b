package dev.reliability.backup.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.core.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Time begins at 2026-01-03 14:00 UTC, and passes when a test says so. */
class BackupSchedulerTest {
    private final ManualTime time = new ManualTime();
    private final List<String> runs = new ArrayList<>();

    @Test
    void each_fire_time_is_done_once_when_it_comes() {
        BackupScheduler scheduler = scheduler("0 * * * *");

        pass(scheduler, Duration.ofHours(3));

        assertThat(runs)
                .containsExactly(
                        "2026-01-03T14:00:00Z", "2026-01-03T15:00:00Z", "2026-01-03T16:00:00Z", "2026-01-03T17:00:00Z");
    }

    @Test
    void it_wakes_at_the_fire_time_and_looks_at_the_clock_every_30_s() {
        BackupScheduler scheduler = scheduler("0 15 * * *");

        assertThat(scheduler.tick()).isEqualTo(Duration.ofSeconds(30));
        time.advance(Duration.ofMinutes(59).plusSeconds(50));
        assertThat(scheduler.tick()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void the_newest_that_was_missed_is_made_up_for_once() {
        BackupScheduler scheduler = scheduler("0 2 * * *");

        pass(scheduler, Duration.ofHours(1));

        assertThat(runs).containsExactly("2026-01-03T02:00:00Z");
    }

    @Test
    void a_job_that_takes_longer_than_the_interval_skips_to_the_newest() {
        BackupScheduler scheduler = new BackupScheduler("backup", CronSchedule.parse("0 * * * *"), time, fireTime -> {
            runs.add(fireTime.toString());
            if (runs.size() == 1) {
                time.advance(Duration.ofHours(3).plusMinutes(30));
            }
        });

        scheduler.tick();
        scheduler.tick();
        scheduler.tick();

        assertThat(runs).containsExactly("2026-01-03T14:00:00Z", "2026-01-03T17:00:00Z");
    }

    @Test
    void what_could_not_begin_is_tried_again_until_the_next_fire_time() {
        List<String> attempts = new ArrayList<>();
        BackupScheduler scheduler = new BackupScheduler("backup", CronSchedule.parse("0 * * * *"), time, fireTime -> {
            attempts.add(fireTime.toString());
            if (attempts.size() < 3) {
                throw new IllegalStateException("the repository is out of reach");
            }
        });

        pass(scheduler, Duration.ofMinutes(59));

        assertThat(attempts).containsExactly("2026-01-03T14:00:00Z", "2026-01-03T14:00:00Z", "2026-01-03T14:00:00Z");
    }

    @Test
    void a_clock_that_is_set_forward_makes_the_newest_due_and_one_that_is_set_back_nothing() {
        BackupScheduler scheduler = scheduler("0 * * * *");
        scheduler.tick();

        time.jumpWallClock(Duration.ofHours(5).plusMinutes(20));
        scheduler.tick();
        time.jumpWallClock(Duration.ofHours(-3));
        pass(scheduler, Duration.ofHours(2));

        assertThat(runs).containsExactly("2026-01-03T14:00:00Z", "2026-01-03T19:00:00Z");
        pass(scheduler, Duration.ofHours(2));
        assertThat(runs).last().isEqualTo("2026-01-03T20:00:00Z");
    }

    @Test
    void its_thread_runs_the_job_and_ends_when_it_is_closed() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        BackupScheduler scheduler = new BackupScheduler("backup", CronSchedule.parse("* * * * *"), time, fireTime -> {
            began.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                Thread.currentThread().interrupt();
            }
        });
        scheduler.start();
        began.await();

        scheduler.close();

        interrupted.await();
        Awaitility.await()
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("backup-schedule")));
    }

    private BackupScheduler scheduler(String cron) {
        return new BackupScheduler("backup", CronSchedule.parse(cron), time, fireTime -> runs.add(fireTime.toString()));
    }

    /** As the thread would, but without waiting. */
    private void pass(BackupScheduler scheduler, Duration span) {
        Instant end = time.now().plus(span);
        Duration wait = scheduler.tick();
        while (!time.now().plus(wait).isAfter(end)) {
            time.advance(wait);
            wait = scheduler.tick();
        }
    }
}
