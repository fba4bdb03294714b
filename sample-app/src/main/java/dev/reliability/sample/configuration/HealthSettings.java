package dev.reliability.sample.configuration;

import java.util.Set;

/**
 * What health shows.
 *
 * @param checks names of checks besides {@code database} and {@code storage}
 * @param readyChecks names of checks that readiness depends on
 * @param language {@code zh-CN} or {@code en}
 */
public record HealthSettings(Set<String> checks, Set<String> readyChecks, String language) {
    static HealthSettings read(Values values) {
        return new HealthSettings(
                values.find(Variables.HEALTH_CHECKS).orElse(Set.of()),
                values.find(Variables.READY_CHECKS).orElse(Set.of()),
                values.get(Variables.HEALTH_LANGUAGE));
    }
}
