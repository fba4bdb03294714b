package dev.reliability.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.circuitbreaker.CircuitBreakerConfig;
import dev.reliability.core.circuitbreaker.State;
import dev.reliability.core.health.Health;
import dev.reliability.core.health.HealthStatus;
import dev.reliability.core.health.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HealthMonitorScheduleTest {
    private final ScriptedCheck database = new ScriptedCheck("database");
    private final VirtualMonitor virtual = VirtualMonitor.of(database, CheckConfig.defaults());

    @Test
    void healthyCheck_runsAtOnceAndThenEachInterval() {
        virtual.start();
        assertThat(database.runs()).isEqualTo(1);

        virtual.pass(Duration.ofMillis(4_999));
        assertThat(database.runs()).isEqualTo(1);

        virtual.pass(Duration.ofMillis(1));
        assertThat(database.runs()).isEqualTo(2);

        virtual.passSeconds(50);
        assertThat(database.runs()).isEqualTo(12);
    }

    @Test
    void eachCheck_hasItsOwnInterval() {
        ScriptedCheck storage = new ScriptedCheck("storage");
        VirtualMonitor two = new VirtualMonitor(
                builder -> builder.check(database, CheckConfig.defaults().withInterval(Duration.ofSeconds(2)))
                        .check(storage, CheckConfig.defaults().withInterval(Duration.ofSeconds(10))));

        two.passSeconds(20);

        assertThat(database.runs()).isEqualTo(11);
        assertThat(storage.runs()).isEqualTo(3);
    }

    @Test
    void whileTheLastResultWasNotHealthy_itRunsEachSecond() {
        database.fails();
        virtual.passSeconds(10);
        assertThat(database.runs()).isEqualTo(11);

        database.works();
        virtual.passSeconds(1);
        assertThat(virtual.status("database")).isEqualTo(HealthStatus.HEALTHY);
        int runs = database.runs();
        virtual.passSeconds(4);
        assertThat(database.runs()).isEqualTo(runs);
        virtual.passSeconds(1);
        assertThat(database.runs()).isEqualTo(runs + 1);
    }

    @Test
    void degradedResult_isNotHealthyEither() {
        database.does(() -> Health.degraded(Message.of("slow", "slow")));

        virtual.passSeconds(10);

        assertThat(database.runs()).isEqualTo(11);
    }

    @Test
    void shortInterval_isNotMadeLongerInBadTimes() {
        VirtualMonitor fast =
                VirtualMonitor.of(database.fails(), CheckConfig.defaults().withInterval(Duration.ofMillis(100)));

        fast.passSeconds(1);

        assertThat(database.runs()).isEqualTo(11);
    }

    @Test
    void breakerThatOpens_bringsTheNextRunForwardToASecond() {
        CheckConfig config =
                CheckConfig.defaults().withInterval(Duration.ofMinutes(10)).withCircuitBreaker("database");
        VirtualMonitor bound = VirtualMonitor.of(database, config);
        CircuitBreaker breaker =
                bound.breakers.get("database", CircuitBreakerConfig.consecutive(1, Duration.ofSeconds(30)));
        bound.passSeconds(60);
        assertThat(database.runs()).isEqualTo(1);

        VirtualMonitor.failOnce(breaker);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        bound.passSeconds(2);

        assertThat(database.runs()).isGreaterThan(1);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void result_isHealthyUntilItIsOlderThanIntervalAndTimeout() {
        virtual.start();

        virtual.time.advance(Duration.ofSeconds(7));
        assertThat(virtual.status("database")).isEqualTo(HealthStatus.HEALTHY);

        virtual.time.advance(Duration.ofNanos(1));
        assertThat(virtual.status("database")).isEqualTo(HealthStatus.UNHEALTHY);
        assertThat(virtual.chinese("database")).isEqualTo("检查结果已过期");
        assertThat(virtual.monitor.health().httpStatus()).isEqualTo(503);
        assertThat(virtual.component("database").timestamp()).isEqualTo("2026-01-03T14:00:00Z");
    }

    @Test
    void staleness_isMeasuredByTheMonotonicClock() {
        virtual.start();

        virtual.time.jumpWallClock(Duration.ofDays(1));

        assertThat(virtual.status("database")).isEqualTo(HealthStatus.HEALTHY);
    }

    @Test
    void staleResultThatWasBadNews_keepsItsMessage() {
        database.fails();
        virtual.start();

        virtual.time.advance(Duration.ofHours(1));

        assertThat(virtual.chinese("database")).isEqualTo("数据库连接失败");
    }

    @Test
    void scheduleThatComesBackLate_makesItHealthyAgainByOneRun() {
        virtual.start();
        virtual.time.advance(Duration.ofHours(1));

        virtual.monitor.tick();

        assertThat(database.runs()).isEqualTo(2);
        assertThat(virtual.status("database")).isEqualTo(HealthStatus.HEALTHY);
    }

    static List<Throwable> whatChecksThrow() {
        return List.of(
                new IOException("connection refused: db-7.internal"),
                new IllegalStateException(),
                new InterruptedException(),
                new StackOverflowError(),
                new LinkageError("an error"),
                new NoClassDefFoundError("org/postgresql/Driver"));
    }

    @ParameterizedTest
    @MethodSource("whatChecksThrow")
    void checkThatThrows_isUnhealthyWithItsOwnMessage_andRunsAgain(Throwable thrown) {
        database.does(() -> {
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (Exception) thrown;
        });

        virtual.start();

        assertThat(virtual.status("database")).isEqualTo(HealthStatus.UNHEALTHY);
        assertThat(virtual.chinese("database")).isEqualTo("数据库连接失败");
        assertThat(virtual.component("database").health().toString()).doesNotContain("db-7", "Driver");

        database.works();
        virtual.passSeconds(1);
        assertThat(virtual.status("database")).isEqualTo(HealthStatus.HEALTHY);
    }

    @Test
    void checkThatReturnsNull_isUnhealthy() {
        database.does(() -> null);

        virtual.start();

        assertThat(virtual.status("database")).isEqualTo(HealthStatus.UNHEALTHY);
    }

    @Test
    void executorThatRefuses_isAFailureThatIsTriedAgain() {
        ArrayDeque<Boolean> refuse = new ArrayDeque<>(List.of(true, true, false));
        VirtualMonitor refusing =
                new VirtualMonitor(builder -> builder.check(database).executor(run -> {
                    if (refuse.poll()) {
                        throw new RejectedExecutionException("full");
                    }
                    run.run();
                }));

        refusing.start();
        assertThat(refusing.status("database")).isEqualTo(HealthStatus.UNHEALTHY);
        refusing.passSeconds(2);

        assertThat(refusing.status("database")).isEqualTo(HealthStatus.HEALTHY);
        assertThat(database.runs()).isEqualTo(1);
    }

    @Test
    void singleFailuresAndPasses_areNotShownBeforeThereAreEnoughInARow() {
        VirtualMonitor patient = VirtualMonitor.of(
                database, CheckConfig.defaults().withFailAfter(3).withRecoverAfter(2));
        patient.start();

        database.fails();
        patient.passSeconds(6);
        assertThat(patient.status("database")).as("after 2 failures").isEqualTo(HealthStatus.HEALTHY);
        database.works();
        patient.passSeconds(1);
        database.fails();
        patient.passSeconds(6);
        assertThat(patient.status("database")).as("counted anew after a pass").isEqualTo(HealthStatus.HEALTHY);
        patient.passSeconds(1);
        assertThat(patient.status("database")).as("after 3 failures").isEqualTo(HealthStatus.UNHEALTHY);

        database.works();
        patient.passSeconds(1);
        assertThat(patient.status("database")).as("after 1 pass").isEqualTo(HealthStatus.UNHEALTHY);
        database.fails();
        patient.passSeconds(5);
        database.works();
        patient.passSeconds(1);
        assertThat(patient.status("database"))
                .as("counted anew after a failure")
                .isEqualTo(HealthStatus.UNHEALTHY);
        patient.passSeconds(5);
        assertThat(patient.status("database")).as("after 2 passes").isEqualTo(HealthStatus.HEALTHY);
    }

    @Test
    void unhealthyComponent_showsItsNewestFailure() {
        VirtualMonitor patient = VirtualMonitor.of(
                database.fails(), CheckConfig.defaults().withFailAfter(3).withRecoverAfter(3));
        patient.start();
        database.works();
        patient.passSeconds(1);

        database.does(() -> Health.unhealthy(Message.of("disk.full", "disk full")));
        patient.passSeconds(5);

        assertThat(patient.chinese("database")).isEqualTo("disk full");
    }

    @Test
    @Timeout(30)
    void onRealThreads_theScheduleGoesByTheInterval_howeverLongTheTimeout() {
        CheckConfig config =
                CheckConfig.defaults().withInterval(Duration.ofMillis(10)).withTimeout(Duration.ofMinutes(10));
        try (HealthMonitor monitor =
                HealthMonitor.builder().check(database, config).build()) {
            monitor.start();

            await().until(() -> database.runs() > 20);
        }
    }

    @Test
    void theVeryFirstResult_isShownAsItIs() {
        CheckConfig patient = CheckConfig.defaults().withFailAfter(3).withRecoverAfter(3);

        VirtualMonitor good = VirtualMonitor.of(new ScriptedCheck("database"), patient);
        good.start();
        assertThat(good.status("database")).isEqualTo(HealthStatus.HEALTHY);

        VirtualMonitor bad = VirtualMonitor.of(new ScriptedCheck("database").fails(), patient);
        bad.start();
        assertThat(bad.chinese("database")).isEqualTo("数据库连接失败");
    }

    @Test
    void closedMonitor_startsNoMoreRuns() {
        virtual.start();
        virtual.monitor.close();

        virtual.passSeconds(60);

        assertThat(database.runs()).isEqualTo(1);
    }
}
