package dev.reliability.drill;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the answers of a backend's probes: what is in which state. */
final class BackendStates {
    private BackendStates() {}

    static Map<String, String> ready(int status) {
        return Map.of("ready", status == 200 ? "ready" : "not ready");
    }

    static Map<String, String> health(byte[] body) {
        JsonNode status = Json.of(body).path("status");
        return status.isTextual() ? Map.of("health", status.textValue()) : Map.of();
    }

    static Map<String, String> breakers(byte[] body) {
        Map<String, String> states = new LinkedHashMap<>();
        Json.of(body)
                .path("circuit_breakers")
                .forEach(breaker -> states.put(
                        "breaker " + breaker.path("name").asText(),
                        breaker.path("state").asText()));
        return states;
    }
}
