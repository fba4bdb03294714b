package dev.reliability.core.health;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * A report as JSON: {@code status}, {@code timestamp}, {@code components} (each {@code name}, {@code status}, {@code
 * message}, {@code timestamp}) and {@code uptime}, in this order. Compact; to be sent as UTF-8. Times are ISO 8601 in
 * UTC and whole seconds, the uptime is as in {@link GoDuration}.
 */
public final class HealthJson {
    private HealthJson() {}

    /**
     * Renders a report for everybody.
     *
     * @param messages the texts in the reader's language
     */
    public static String render(HealthReport report, HealthMessages messages) {
        return render(report, messages, false);
    }

    /**
     * Renders a report.
     *
     * @param messages the texts in the reader's language
     * @param details whether components that have details show them, in {@code details}: only to whoever showed a
     *     token
     */
    public static String render(HealthReport report, HealthMessages messages, boolean details) {
        JsonText json = new JsonText();
        json.beginObject();
        json.name("status").value(report.status().wireName());
        json.name("timestamp").value(time(report.timestamp()));
        json.name("components").beginArray();
        for (ComponentHealth component : report.components()) {
            write(json, component, messages, details);
        }
        json.endArray();
        json.name("uptime").value(GoDuration.formatWholeSeconds(report.uptime()));
        return json.endObject().toString();
    }

    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static void write(JsonText json, ComponentHealth component, HealthMessages messages, boolean details) {
        Health health = component.health();
        json.beginObject();
        json.name("name").value(component.name());
        json.name("status").value(health.status().wireName());
        json.name("message").value(messages.text(health.message()));
        json.name("timestamp").value(time(component.timestamp()));
        if (details && !health.details().isEmpty()) {
            json.name("details").beginObject();
            for (Map.Entry<String, Object> detail : health.details().entrySet()) {
                json.name(detail.getKey()).value(detail.getValue());
            }
            json.endObject();
        }
        json.endObject();
    }
}
