package dev.reliability.health.management;

import dev.reliability.core.health.CircuitBreakersJson;
import dev.reliability.core.health.HealthJson;
import dev.reliability.core.health.HealthMessages;
import dev.reliability.core.health.HealthReport;
import dev.reliability.core.health.HealthService;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the management port answers to which request, without the HTTP. Safe for use by any thread. */
final class Endpoints {
    private static final String GROUPS = "/health/groups/";

    /** Where metrics come from and what they are. */
    record Metrics(String contentType, Supplier<String> text) {}

    private final HealthService health;
    private final HealthMessages messages;
    private final @Nullable Metrics metrics;

    Endpoints(HealthService health, HealthMessages messages, @Nullable Metrics metrics) {
        this.health = health;
        this.messages = messages;
        this.metrics = metrics;
    }

    /** @param path as it came, without the query */
    Answer answer(String method, String path, @Nullable String acceptLanguage) {
        Optional<Answer> answer = get(withoutTrailingSlash(path), acceptLanguage);
        if (answer.isEmpty()) {
            return Answer.problem(404, "not_found", "Not Found", "There is nothing at this path.");
        }
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return Answer.problem(
                            405, "method_not_allowed", "Method Not Allowed", "Only GET and HEAD are allowed here.")
                    .with("Allow", "GET, HEAD");
        }
        return answer.get();
    }

    private Optional<Answer> get(String path, @Nullable String acceptLanguage) {
        return switch (path) {
            case "/health" -> Optional.of(report(health.health(), acceptLanguage));
            case "/health/live" -> Optional.of(report(health.live(), acceptLanguage));
            case "/health/ready" -> Optional.of(report(health.ready(), acceptLanguage));
            case "/health/startup" -> Optional.of(report(health.startup(), acceptLanguage));
            case "/health/circuit-breakers" ->
                Optional.of(Answer.json(200, CircuitBreakersJson.render(health.circuitBreakers())));
            case "/metrics" ->
                Optional.ofNullable(metrics)
                        .map(found ->
                                Answer.of(200, found.contentType(), found.text().get()));
            default ->
                path.startsWith(GROUPS)
                        ? health.report(path.substring(GROUPS.length())).map(report -> report(report, acceptLanguage))
                        : Optional.empty();
        };
    }

    /** Without details, as this port asks nobody for a token. */
    private Answer report(HealthReport report, @Nullable String acceptLanguage) {
        HealthMessages preferred = messages.preferredBy(acceptLanguage);
        return Answer.json(report.httpStatus(), HealthJson.render(report, preferred))
                .with("Content-Language", preferred.languageTag())
                .with("Vary", "Accept-Language");
    }

    private static String withoutTrailingSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
