package dev.reliability.health;

import dev.reliability.core.health.Health;
import dev.reliability.core.health.HealthStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The lines of the log: one for each change of a component, with its keys as SLF4J key-value pairs. Here, and nowhere
 * else, stands what a check threw.
 */
final class HealthEvents {
    private static final Logger LOG = LoggerFactory.getLogger(HealthMonitor.class);
    private static final int MOST_CAUSES = 4;

    private HealthEvents() {}

    /** What a component showed before, and what it shows now; from null: nothing yet. */
    record Change(
            String component,
            @Nullable HealthStatus from,
            Health to,
            @Nullable Throwable error) {}

    static void changed(Change change) {
        HealthStatus status = change.to().status();
        var line = LOG.atLevel(status == HealthStatus.HEALTHY ? Level.INFO : Level.WARN)
                .addKeyValue("event", "health_changed")
                .addKeyValue("component", change.component())
                .addKeyValue(
                        "from",
                        change.from() == null ? "unchecked" : change.from().wireName())
                .addKeyValue("to", status.wireName());
        if (change.error() != null) {
            line = line.addKeyValue("error", describe(change.error()));
        }
        line.log("{}: {}", change.component(), change.to().message().fallback());
    }

    static void draining() {
        LOG.atInfo().addKeyValue("event", "health_draining").log("not ready anymore: the service is stopping");
    }

    static void started() {
        LOG.atInfo().addKeyValue("event", "health_started").log("every check ran once: the service has started");
    }

    static void notLive(String reason) {
        LOG.atError()
                .addKeyValue("event", "health_not_live")
                .addKeyValue("reason", oneLine(reason))
                .log("not live anymore: only a restart helps");
    }

    static void lateEnd(String component) {
        LOG.atInfo()
                .addKeyValue("event", "health_check_ended_late")
                .addKeyValue("component", component)
                .log("{}: the check that had not answered in time has ended", component);
    }

    /** Class and text of a throwable and of its causes, on one line. */
    static String describe(Throwable thrown) {
        StringBuilder text = new StringBuilder(one(thrown));
        Throwable cause = thrown.getCause();
        for (int i = 1; i < MOST_CAUSES && cause != null; i++) {
            text.append(", caused by ").append(one(cause));
            cause = cause.getCause();
        }
        return oneLine(text.toString());
    }

    private static String one(Throwable thrown) {
        String message = thrown.getMessage();
        String type = thrown.getClass().getName();
        return message == null ? type : type + ": " + message;
    }

    /** Nobody writes lines of their own into the log. */
    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }
}
