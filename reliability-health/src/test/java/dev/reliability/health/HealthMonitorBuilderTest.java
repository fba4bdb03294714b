package dev.reliability.health;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HealthMonitorBuilderTest {

    @Test
    void faultsOfAMonitor_areReportedTogether() {
        assertThatThrownBy(() -> HealthMonitor.builder()
                        .check(new ScriptedCheck("database"))
                        .check(new ScriptedCheck("database"))
                        .check(new ScriptedCheck("Bad Name"))
                        .check(new ScriptedCheck("draining"))
                        .group("Reads", "database")
                        .group("ready", "storage")
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("health monitor: ")
                .hasMessageContaining("check 'database' is added twice")
                .hasMessageContaining("check 'Bad Name': its name must match")
                .hasMessageContaining("check 'draining': its name must")
                .hasMessageContaining("group 'Reads': its name must match")
                .hasMessageContaining(
                        "group 'ready': there is no check 'storage', only [Bad Name, database, draining]");
    }

    @Test
    void faultsOfACheck_areReportedTogether() {
        assertThatThrownBy(() -> new CheckConfig(
                        Duration.ZERO, Duration.ofHours(2), Duration.ofSeconds(-1), 0, 1_001, true, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("health check: interval is PT0S, must be more than zero and at most PT24H; "
                        + "timeout is PT2H, must be more than zero and at most PT1H; "
                        + "unhealthyInterval is PT-1S, must be more than zero and at most PT24H; "
                        + "failAfter is 0, must be from 1 to 1000; "
                        + "recoverAfter is 1001, must be from 1 to 1000");
    }
}
