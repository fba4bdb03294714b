package dev.reliability.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.circuitbreaker.CircuitBreakerConfig;
import dev.reliability.core.circuitbreaker.Permit;
import dev.reliability.core.circuitbreaker.Snapshot;
import dev.reliability.core.circuitbreaker.State;
import dev.reliability.core.health.Health;
import dev.reliability.core.health.HealthStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A breaker closes again without a user having to fail first. */
class BreakerRecoveryTest {
    private static final CircuitBreakerConfig AN_HOUR = CircuitBreakerConfig.consecutive(5, Duration.ofHours(1));

    private final ScriptedCheck database = new ScriptedCheck("database");
    private final VirtualMonitor virtual =
            VirtualMonitor.of(database, CheckConfig.defaults().withCircuitBreaker("database"));

    private CircuitBreaker openBreaker(CircuitBreakerConfig config) {
        CircuitBreaker breaker = virtual.breakers.get("database", config);
        while (breaker.state() != State.OPEN) {
            VirtualMonitor.failOnce(breaker);
        }
        return breaker;
    }

    @AfterEach
    void lookAtAssertionsInScripts() {
        database.rethrowFailedAssertions();
    }

    @Test
    void outageThatEnds_closesTheBreakerWithinTwoSeconds_byTheCheckAlone() {
        virtual.start();
        database.fails();
        CircuitBreaker breaker = openBreaker(AN_HOUR);
        virtual.pass(Duration.ofMinutes(5));
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(virtual.status("database")).isEqualTo(HealthStatus.UNHEALTHY);
        List<String> transitions = new ArrayList<>();
        breaker.onTransition(transition -> transitions.add(transition.from() + " " + transition.to()));
        int runs = database.runs();

        database.works();
        virtual.passSeconds(1);

        assertThat(virtual.status("database")).isEqualTo(HealthStatus.HEALTHY);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(transitions).containsExactly("OPEN HALF_OPEN", "HALF_OPEN CLOSED");
        assertThat(database.runs()).as("once directly, once as the probe").isEqualTo(runs + 2);
    }

    @Test
    void whileTheCheckFails_theBreakerIsLeftAlone() {
        CircuitBreaker breaker = openBreaker(AN_HOUR);
        database.fails();
        Snapshot before = breaker.snapshot();

        virtual.passSeconds(60);

        assertThat(breaker.snapshot().lastTransition()).isEqualTo(before.lastTransition());
        assertThat(breaker.snapshot().failures()).isEqualTo(before.failures());
        assertThat(breaker.snapshot().rejected()).isEqualTo(before.rejected());
    }

    @Test
    void closedBreaker_seesNothingOfTheChecks() {
        CircuitBreaker breaker = virtual.breakers.get("database", AN_HOUR);

        virtual.passSeconds(60);

        assertThat(breaker.snapshot().successes()).isZero();
        assertThat(database.runs()).isEqualTo(13);
    }

    @Test
    void probeThatFails_opensTheBreakerAgain_andCountsAsAResult() {
        CircuitBreaker breaker = openBreaker(AN_HOUR);
        database.does(() -> {
            if (breaker.state() == State.HALF_OPEN) {
                throw new IOException("down again");
            }
            return Health.healthy(ScriptedCheck.WORKS);
        });

        virtual.start();

        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(virtual.status("database")).isEqualTo(HealthStatus.UNHEALTHY);
    }

    @Test
    void breakerThatWantsSeveralSuccesses_getsThemOneARun() {
        CircuitBreaker breaker = openBreaker(AN_HOUR.withHalfOpen(1, 3, Duration.ofMinutes(1)));

        virtual.start();
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        virtual.passSeconds(2);

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void whileOthersProbe_theMonitorDoesNotPushIn() {
        CircuitBreaker breaker = openBreaker(AN_HOUR);
        breaker.tryHalfOpen();
        try (Permit users = breaker.acquire()) {
            virtual.start();
            assertThat(database.runs()).isEqualTo(1);
            users.onSuccess();
        }
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void probeThatHangs_isAFailureOfTheBreakerAtItsTimeout_andIsNeverCountedAgain() {
        CircuitBreaker breaker = openBreaker(AN_HOUR);
        database.does(() -> {
            if (breaker.state() == State.HALF_OPEN) {
                virtual.passSeconds(2);
                assertThat(breaker.state()).isEqualTo(State.OPEN);
                assertThat(breaker.snapshot().inFlight()).isZero();
            }
            return Health.healthy(ScriptedCheck.WORKS);
        });
        long failures = breaker.snapshot().failures();

        virtual.start();

        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.snapshot().failures()).isEqualTo(failures + 1);
        assertThat(virtual.status("database")).isEqualTo(HealthStatus.UNHEALTHY);
    }

    @Test
    void monitorThatIsClosedDuringAProbe_givesThePermitBack() {
        CircuitBreaker breaker = openBreaker(AN_HOUR);
        database.does(() -> {
            if (breaker.state() == State.HALF_OPEN) {
                virtual.monitor.close();
                assertThat(breaker.snapshot().inFlight()).isZero();
            }
            return Health.healthy(ScriptedCheck.WORKS);
        });

        virtual.start();

        assertThat(breaker.snapshot().inFlight()).isZero();
    }

    @Test
    void monitorThatNeedsSeveralPassesToShowHealthy_probesAtTheFirst() {
        VirtualMonitor patient = VirtualMonitor.of(
                database, CheckConfig.defaults().withRecoverAfter(4).withCircuitBreaker("database"));
        CircuitBreaker breaker =
                patient.breakers.get("database", CircuitBreakerConfig.consecutive(1, Duration.ofHours(1)));
        database.fails();
        patient.start();
        VirtualMonitor.failOnce(breaker);

        database.works();
        patient.passSeconds(1);

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(patient.status("database")).isEqualTo(HealthStatus.UNHEALTHY);
    }

    @Test
    void breakerThatNobodyHasMadeYet_isNone() {
        virtual.passSeconds(10);

        assertThat(virtual.breakers.all()).isEmpty();
        assertThat(virtual.status("database")).isEqualTo(HealthStatus.HEALTHY);
    }
}
