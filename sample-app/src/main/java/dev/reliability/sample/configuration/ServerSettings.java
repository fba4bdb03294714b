package dev.reliability.sample.configuration;

import java.time.Duration;
import java.util.Optional;

/**
 * The HTTP server.
 *
 * @param port of the API; 0 for any free one
 * @param managementPort for probes and metrics alone; 0 for any free one; empty for none
 * @param drain how long it still serves when it is told to stop
 * @param metricsPublic whether metrics need no token on {@code port}
 */
public record ServerSettings(int port, Optional<Integer> managementPort, Duration drain, boolean metricsPublic) {
    static ServerSettings read(Values values) {
        int port = values.get(Variables.SERVER_PORT);
        Optional<Integer> management = values.find(Variables.MANAGEMENT_PORT);
        if (port != 0 && management.isPresent() && management.get() == port) {
            values.fault(Variables.MANAGEMENT_PORT, "is '" + port + "' like SERVER_PORT, must be another port");
        }
        return new ServerSettings(
                port, management, values.get(Variables.DRAIN_SECONDS), values.get(Variables.METRICS_PUBLIC));
    }
}
