package dev.reliability.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reliability.core.health.Health;
import dev.reliability.core.health.HealthStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HungCheckTest {
    private final ScriptedCheck database = new ScriptedCheck("database");

    /** In virtual time: while the check runs, {@code meanwhile} lets time pass. */
    private static void hang(ScriptedCheck check, Runnable meanwhile) {
        check.does(() -> {
            meanwhile.run();
            return Health.healthy(ScriptedCheck.WORKS);
        });
    }

    @AfterEach
    void lookAtAssertionsInScripts() {
        database.rethrowFailedAssertions();
    }

    @Test
    void checkThatHangs_isUnhealthyAtItsTimeout_withItsOwnMessage() {
        VirtualMonitor virtual = VirtualMonitor.of(database, CheckConfig.defaults());
        virtual.start();
        hang(database, () -> {
            virtual.pass(Duration.ofMillis(1_999));
            assertThat(virtual.status("database")).isEqualTo(HealthStatus.HEALTHY);
            virtual.pass(Duration.ofMillis(1));
            assertThat(virtual.status("database")).isEqualTo(HealthStatus.UNHEALTHY);
            assertThat(virtual.chinese("database")).isEqualTo("数据库连接失败");
        });

        virtual.passSeconds(5);

        assertThat(database.runs()).isEqualTo(2);
    }

    @Test
    void whileACheckHangs_noOtherRunStarts() {
        VirtualMonitor virtual = VirtualMonitor.of(database, CheckConfig.defaults());
        hang(database, () -> {
            virtual.pass(Duration.ofMinutes(10));
            assertThat(database.runs()).isEqualTo(1);
            assertThat(virtual.status("database")).isEqualTo(HealthStatus.UNHEALTHY);
        });

        virtual.start();

        assertThat(database.runs()).isEqualTo(1);
    }

    @Test
    void lateAnswer_isNoNews_butFreesThePlace() {
        VirtualMonitor virtual = VirtualMonitor.of(database, CheckConfig.defaults());
        hang(database, () -> virtual.passSeconds(10));

        virtual.start();
        assertThat(virtual.status("database")).isEqualTo(HealthStatus.UNHEALTHY);

        database.works();
        virtual.passSeconds(1);
        assertThat(virtual.status("database")).isEqualTo(HealthStatus.HEALTHY);
    }

    @Test
    void eachIntervalThatItHangs_isOneMoreFailure() {
        VirtualMonitor virtual =
                VirtualMonitor.of(database, CheckConfig.defaults().withFailAfter(3));
        virtual.start();
        hang(database, () -> {
            virtual.passSeconds(3);
            assertThat(virtual.status("database")).as("2 failures").isEqualTo(HealthStatus.HEALTHY);
            virtual.passSeconds(1);
            assertThat(virtual.status("database")).as("3 failures").isEqualTo(HealthStatus.UNHEALTHY);
        });

        virtual.passSeconds(5);

        assertThat(database.runs()).isEqualTo(2);
    }

    @Test
    void runThatWaitsForAThread_spendsItsTimeThere_andIsNotMadeUpForLater() {
        List<Runnable> queue = new ArrayList<>();
        VirtualMonitor virtual =
                new VirtualMonitor(builder -> builder.check(database).executor(queue::add));

        virtual.passSeconds(2);
        assertThat(virtual.status("database")).isEqualTo(HealthStatus.UNHEALTHY);
        virtual.passSeconds(1);
        assertThat(queue).hasSize(2);
        queue.forEach(Runnable::run);

        assertThat(database.runs()).isEqualTo(1);
        assertThat(virtual.status("database")).isEqualTo(HealthStatus.HEALTHY);
    }

    @Test
    void startup_countsACheckThatHangsAsRun() {
        VirtualMonitor virtual = VirtualMonitor.of(database, CheckConfig.defaults());
        hang(database, () -> {
            virtual.passSeconds(1);
            assertThat(virtual.monitor.ready().httpStatus()).isEqualTo(503);
            virtual.passSeconds(1);
            assertThat(virtual.monitor.ready().httpStatus()).isEqualTo(200);
        });

        virtual.start();
    }

    @Test
    @Timeout(30)
    void onRealThreads_aCheckThatIgnoresInterrupts_costsOneThread_andTheOthersGoOn() {
        CountDownLatch release = new CountDownLatch(1);
        database.does(() -> {
            awaitWhateverHappens(release);
            return Health.healthy(ScriptedCheck.WORKS);
        });
        ScriptedCheck storage = new ScriptedCheck("storage");
        CheckConfig fast =
                new CheckConfig(Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofMillis(20), 1, 1, true, null);
        try (HealthMonitor monitor = HealthMonitor.builder()
                .check(database, fast)
                .check(storage, fast)
                .build()) {
            monitor.start();

            await().until(() -> storage.runs() > 50);
            assertThat(database.runs()).isEqualTo(1);
            assertThat(threadsNamed("health-check-database")).isEqualTo(1);
            assertThat(monitor.live().status()).isEqualTo(HealthStatus.HEALTHY);
            assertThat(monitor.health().components().get(0).health().status()).isEqualTo(HealthStatus.UNHEALTHY);
            assertThat(monitor.health().components().get(1).health().status()).isEqualTo(HealthStatus.HEALTHY);

            database.works();
            release.countDown();
            await().until(() -> monitor.health().status() == HealthStatus.HEALTHY);
        }
        await().until(() -> threadsNamed("health-monitor") == 0);
    }

    @Test
    @Timeout(30)
    void onRealThreads_aCheckThatHeedsInterrupts_isInterruptedAtItsTimeout() {
        CountDownLatch interrupted = new CountDownLatch(1);
        database.does(() -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException expected) {
                interrupted.countDown();
                database.works();
            }
            return Health.healthy(ScriptedCheck.WORKS);
        });
        CheckConfig fast =
                CheckConfig.defaults().withTimeout(Duration.ofMillis(50)).withUnhealthyInterval(Duration.ofMillis(10));
        try (HealthMonitor monitor =
                HealthMonitor.builder().check(database, fast).build()) {
            monitor.start();

            await().until(() -> interrupted.getCount() == 0);
            await().until(() -> monitor.health().status() == HealthStatus.HEALTHY);
        }
    }

    @Test
    @Timeout(30)
    void close_doesNotWaitForACheckThatHangs() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        database.does(() -> {
            running.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException expected) {
                interrupted.countDown();
            }
            return Health.healthy(ScriptedCheck.WORKS);
        });
        HealthMonitor monitor = HealthMonitor.builder().check(database).build();
        monitor.start();
        running.await();

        monitor.close();

        interrupted.await();
        assertThat(database.runs()).isEqualTo(1);
    }

    private static void awaitWhateverHappens(CountDownLatch latch) {
        boolean released = false;
        while (!released) {
            try {
                latch.await();
                released = true;
            } catch (InterruptedException ignored) {
                // That is what this check is for.
            }
        }
    }

    private static long threadsNamed(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .count();
    }
}
