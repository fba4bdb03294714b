package dev.reliability.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.core.health.ComponentHealth;
import dev.reliability.core.health.Health;
import dev.reliability.core.health.HealthReport;
import dev.reliability.core.health.HealthStatus;
import dev.reliability.core.health.Message;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthMonitorGroupsTest {
    private final ScriptedCheck database = new ScriptedCheck("database");
    private final ScriptedCheck storage = new ScriptedCheck("storage");

    private VirtualMonitor monitor() {
        return new VirtualMonitor(builder -> builder.check(database).check(storage));
    }

    @AfterEach
    void lookAtAssertionsInScripts() {
        database.rethrowFailedAssertions();
        storage.rethrowFailedAssertions();
    }

    @Test
    void health_isAllChecksInTheOrderOfAdding() {
        VirtualMonitor virtual = monitor();
        virtual.start();
        virtual.time.advance(Duration.ofSeconds(3));

        HealthReport report = virtual.monitor.health();

        assertThat(report.status()).isEqualTo(HealthStatus.HEALTHY);
        assertThat(report.components()).extracting(ComponentHealth::name).containsExactly("database", "storage");
        assertThat(report.timestamp()).isEqualTo("2026-01-03T14:00:03Z");
        assertThat(report.components().get(0).timestamp()).isEqualTo("2026-01-03T14:00:00Z");
        assertThat(report.uptime()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void uptime_ignoresJumpsOfTheWallClock() {
        VirtualMonitor virtual = monitor();
        virtual.time.jumpWallClock(Duration.ofDays(-400));

        assertThat(virtual.monitor.health().uptime()).isZero();
    }

    @Test
    void aProbe_neverRunsACheck() {
        VirtualMonitor virtual = monitor();
        virtual.start();
        int before = database.runs();
        virtual.time.advance(Duration.ofHours(1));

        for (String group : virtual.monitor.groups()) {
            assertThat(virtual.monitor.report(group)).isPresent();
        }
        assertThat(database.runs()).isEqualTo(before);
    }

    @Test
    void beforeItsFirstRun_aCheckIsUnhealthyAndSaysNotCheckedYet() {
        VirtualMonitor virtual = monitor();

        assertThat(virtual.monitor.health().status()).isEqualTo(HealthStatus.UNHEALTHY);
        assertThat(virtual.chinese("database")).isEqualTo("尚未检查");
    }

    @Test
    void startupAndReady_are503UntilEachCheckRanOnce_whateverTheResult() {
        storage.fails();
        VirtualMonitor virtual = monitor();
        assertThat(virtual.monitor.startup().httpStatus()).isEqualTo(503);
        assertThat(virtual.monitor.ready().httpStatus()).isEqualTo(503);

        database.does(() -> {
            assertThat(virtual.monitor.ready().httpStatus()).isEqualTo(503);
            return Health.healthy(ScriptedCheck.WORKS);
        });
        storage.does(() -> {
            assertThat(virtual.monitor.ready().httpStatus()).isEqualTo(503);
            return Health.unhealthy(ScriptedCheck.FAILED);
        });
        virtual.start();

        assertThat(virtual.monitor.startup().httpStatus()).isEqualTo(200);
        assertThat(virtual.monitor.ready().httpStatus()).isEqualTo(200);
        assertThat(virtual.monitor.health().httpStatus()).isEqualTo(503);
        assertThat(database.runs() + storage.runs()).isEqualTo(2);
    }

    @Test
    void monitorWithoutChecks_isReadyAtOnce() {
        VirtualMonitor virtual = new VirtualMonitor(builder -> {});
        virtual.start();

        assertThat(virtual.monitor.ready().status()).isEqualTo(HealthStatus.HEALTHY);
    }

    @Test
    void live_hasNoComponentsAndIsHealthyWhateverTheChecksSay() {
        database.fails();
        VirtualMonitor virtual = monitor();
        assertThat(virtual.monitor.live().status()).isEqualTo(HealthStatus.HEALTHY);

        virtual.passSeconds(60);

        assertThat(virtual.monitor.live().status()).isEqualTo(HealthStatus.HEALTHY);
        assertThat(virtual.monitor.live().components()).isEmpty();
    }

    @Test
    void live_isUnhealthyOnceItWasTold() {
        VirtualMonitor virtual = monitor();
        virtual.start();

        virtual.monitor.failLive("the event loop has died");

        assertThat(virtual.monitor.live().httpStatus()).isEqualTo(503);
        assertThat(virtual.monitor.live().toString()).doesNotContain("event loop");
        assertThat(virtual.monitor.health().httpStatus()).isEqualTo(200);
    }

    @Test
    void ready_isStartedAndNotDraining_withoutTheDependencies() {
        database.fails();
        VirtualMonitor virtual = monitor();
        virtual.start();

        assertThat(virtual.monitor.ready().status()).isEqualTo(HealthStatus.HEALTHY);
        assertThat(virtual.monitor.ready().components())
                .extracting(ComponentHealth::name)
                .containsExactly("started", "draining");
    }

    @Test
    void draining_turnsReadyOffAndNothingElse() {
        VirtualMonitor virtual = monitor();
        virtual.start();
        virtual.time.advance(Duration.ofSeconds(2));

        virtual.monitor.drain();

        ComponentHealth draining = virtual.monitor.ready().components().get(1);
        assertThat(virtual.monitor.ready().httpStatus()).isEqualTo(503);
        assertThat(draining.health().status()).isEqualTo(HealthStatus.UNHEALTHY);
        assertThat(draining.timestamp()).isEqualTo("2026-01-03T14:00:02Z");
        assertThat(virtual.monitor.live().httpStatus()).isEqualTo(200);
        assertThat(virtual.monitor.startup().httpStatus()).isEqualTo(200);
        assertThat(virtual.monitor.health().httpStatus()).isEqualTo(200);

        virtual.time.advance(Duration.ofSeconds(2));
        virtual.monitor.drain();
        assertThat(virtual.monitor.ready().components().get(1)).isEqualTo(draining);
    }

    @Test
    void checksAddedToReady_comeAfterItsOwnAndCount() {
        VirtualMonitor virtual = new VirtualMonitor(
                builder -> builder.check(database).check(storage.fails()).group("ready", "storage", "database"));
        virtual.start();

        assertThat(virtual.monitor.ready().components())
                .extracting(ComponentHealth::name)
                .containsExactly("started", "draining", "storage", "database");
        assertThat(virtual.monitor.ready().httpStatus()).isEqualTo(503);
    }

    @Test
    void groupOfTheEmbeddersOwn_hasItsChecks_andUnknownGroupsAreEmpty() {
        VirtualMonitor virtual = new VirtualMonitor(
                builder -> builder.check(database).check(storage.fails()).group("reads", "database"));
        virtual.start();

        assertThat(virtual.monitor.groups()).containsExactly("health", "live", "ready", "startup", "reads");
        assertThat(virtual.monitor.report("reads").orElseThrow().status()).isEqualTo(HealthStatus.HEALTHY);
        assertThat(virtual.monitor.report("writes")).isEmpty();
    }

    @Test
    void healthGroup_canBeNarrowed_theOtherChecksRunAnyway() {
        VirtualMonitor virtual = new VirtualMonitor(
                builder -> builder.check(database).check(storage.fails()).group("health", "database"));
        virtual.start();

        assertThat(virtual.monitor.health().components())
                .extracting(ComponentHealth::name)
                .containsExactly("database");
        assertThat(virtual.status("storage")).isEqualTo(HealthStatus.UNHEALTHY);
    }

    @Test
    void failingCheckThatIsNotCritical_degradesTheGroup() {
        VirtualMonitor virtual = new VirtualMonitor(builder -> builder.check(database)
                .check(storage.fails(), CheckConfig.defaults().notCritical()));
        virtual.start();

        HealthReport report = virtual.monitor.health();
        assertThat(report.status()).isEqualTo(HealthStatus.DEGRADED);
        assertThat(report.httpStatus()).isEqualTo(200);
        assertThat(report.components().get(1).health().status()).isEqualTo(HealthStatus.UNHEALTHY);
    }

    @Test
    void degradedComponent_degradesTheGroup_criticalOrNot() {
        database.does(() -> Health.degraded(Message.of("slow", "slow")));
        VirtualMonitor virtual = monitor();
        virtual.start();

        assertThat(virtual.monitor.health().status()).isEqualTo(HealthStatus.DEGRADED);
        assertThat(virtual.monitor.health().httpStatus()).isEqualTo(200);
    }

    @Test
    void oneCriticalFailure_isWorseThanAnyDegradation() {
        storage.does(() -> Health.degraded(Message.of("slow", "slow")));
        VirtualMonitor virtual =
                new VirtualMonitor(builder -> builder.check(storage).check(database.fails()));
        virtual.start();

        assertThat(virtual.monitor.health().status()).isEqualTo(HealthStatus.UNHEALTHY);
        assertThat(virtual.monitor.health().httpStatus()).isEqualTo(503);
    }
}
