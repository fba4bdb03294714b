package dev.reliability.drill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackendStatesTest {
    @Test
    void theStatusOfTheWholeIsTaken_notThatOfAComponent() {
        assertThat(BackendStates.health("""
                        {"status":"degraded","timestamp":"2026-01-03T14:00:00Z","components":[
                         {"name":"database","status":"healthy","message":"数据库连接正常"}],"uptime":"1s"}""".getBytes(UTF_8))).containsOnly(entry("health", "degraded"));
        assertThat(BackendStates.health("<html>".getBytes(UTF_8))).isEmpty();
    }

    @Test
    void eachBreakerHasItsState() {
        assertThat(BackendStates.breakers("""
                        {"count":2,"circuit_breakers":[{"name":"database","state":"half_open","consecutive_failures":0},
                         {"name":"storage","state":"open"}]}""".getBytes(UTF_8)))
                .containsOnly(entry("breaker database", "half_open"), entry("breaker storage", "open"));
    }

    @Test
    void onlyA200IsReady() {
        assertThat(BackendStates.ready(200)).containsOnly(entry("ready", "ready"));
        assertThat(BackendStates.ready(503)).containsOnly(entry("ready", "not ready"));
    }

    @Test
    void aLineThatIsNoBackend_isNamed(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("backends"), "\nbackend-1 localhost:8080\n");
        assertThatThrownBy(() -> new BackendsFile(file).read())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'backend-1 localhost:8080': it must be NAME URL");
    }
}
