package dev.reliability.deployment.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.reliability.deployment.Project;
import dev.reliability.deployment.Shell;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthcheckTest {
    private HttpServer server;
    private volatile int status = 200;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/health/ready", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static Shell.Result check(Map<String, String> environment) {
        return Shell.run(
                environment, "bash", Project.path("deploy/image/healthcheck.sh").toString());
    }

    private String port() {
        return Integer.toString(server.getAddress().getPort());
    }

    @Test
    void ready_is_healthy() {
        assertThat(check(Map.of("MANAGEMENT_PORT", port())).exitCode()).isZero();
    }

    @Test
    void without_a_management_port_the_api_is_asked() {
        assertThat(check(Map.of("SERVER_PORT", port())).exitCode()).isZero();
    }

    @Test
    void draining_is_not_healthy_and_the_answer_is_told() {
        status = 503;
        assertThat(check(Map.of("MANAGEMENT_PORT", port())))
                .satisfies(result -> assertThat(result.exitCode()).isEqualTo(1))
                .satisfies(result -> assertThat(result.output()).contains("503"));
    }

    @Test
    void nobody_there_is_not_healthy() {
        server.stop(0);
        assertThat(check(Map.of("MANAGEMENT_PORT", port())).exitCode()).isNotZero();
    }

    @Test
    void silence_is_not_healthy_and_does_not_take_for_ever() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Shell.Result result = check(Map.of("MANAGEMENT_PORT", Integer.toString(silent.getLocalPort())));
            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.output()).contains("no answer within 4 s");
        }
    }
}
