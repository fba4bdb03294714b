package dev.reliability.deployment.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.deployment.Project;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlertRulesTest {
    private static final Pattern METRIC = Pattern.compile("\\b(reliability|hikaricp|http_server|jvm)_[a-z_]+");
    /** What Micrometer and HikariCP register, as a scrape of the backend shows it. */
    private static final Set<String> OF_LIBRARIES = Set.of(
            "hikaricp_connections_active",
            "hikaricp_connections_max",
            "hikaricp_connections_pending",
            "http_server_requests_seconds_count",
            "http_server_requests_seconds_max",
            "http_server_requests_seconds_sum",
            "jvm_memory_used_bytes");

    @ParameterizedTest
    @ValueSource(strings = {"deploy/monitoring/alert-rules.yml", "deploy/monitoring/grafana-dashboard.json"})
    void every_meter_that_is_asked_for_exists(String file) {
        Set<String> asked = new TreeSet<>();
        Matcher metric = METRIC.matcher(Project.text(file));
        while (metric.find()) {
            asked.add(metric.group());
        }
        Set<String> known = new TreeSet<>(Documented.meters());
        known.addAll(OF_LIBRARIES);

        assertThat(asked).hasSizeGreaterThan(5).isSubsetOf(known);
    }
}
