package example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.core.circuitbreaker.CircuitBreakerOpenException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class PlainProgramTest {
    @Test
    @Timeout(30)
    void theFolderIsHealthy(@TempDir Path folder) throws Exception {
        try (PlainProgram program = new PlainProgram(folder)) {
            while (!program.health().contains("\"status\":\"healthy\"")) {
                Thread.onSpinWait();
            }
            assertThat(program.health()).contains("\"name\":\"storage\"");
        }
    }

    @Test
    void fiveFailures_openTheBreaker(@TempDir Path folder) throws Exception {
        try (PlainProgram program = new PlainProgram(folder)) {
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> program.call(() -> {
                            throw new IllegalStateException("down");
                        }))
                        .hasMessage("down");
            }
            assertThatThrownBy(() -> program.call(() -> {}))
                    .isInstanceOfSatisfying(
                            CircuitBreakerOpenException.class,
                            open -> assertThat(open.retryAfter()).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(30)));
        }
    }

    @Test
    void noWebFramework_isOnTheClassPath() {
        for (String type : new String[] {"jakarta.ws.rs.Path", "jakarta.servlet.Servlet", "com.fasterxml.jackson.core.JsonFactory"}) {
            assertThatThrownBy(() -> Class.forName(type)).isInstanceOf(ClassNotFoundException.class);
        }
    }
}
