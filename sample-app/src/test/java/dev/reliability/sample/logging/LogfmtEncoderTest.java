package dev.reliability.sample.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LogfmtEncoderTest {
    private final LoggerContext context = new LoggerContext();

    @Test
    void an_event_is_one_line_of_keys_and_values() {
        LoggingEvent event = event("stopped", null);
        event.setKeyValuePairs(List.of(new KeyValuePair("event", "stopped"), new KeyValuePair("seconds", 5)));

        assertThat(encoded(event))
                .isEqualTo("time=2026-01-03T14:00:00.123Z level=INFO logger=Backend thread=main event=stopped"
                        + " seconds=5 msg=stopped\n");
    }

    @Test
    void nobody_writes_a_line_of_their_own() {
        LoggingEvent event = event("a\nlevel=ERROR \"b\" \\ \u0007\u2028", null);
        event.setKeyValuePairs(List.of(new KeyValuePair("by", "me\r\nevent=forged"), new KeyValuePair("none", null)));

        assertThat(encoded(event))
                .endsWith(" by=\"me\\r\\nevent=forged\" none=null"
                        + " msg=\"a\\nlevel=ERROR \\\"b\\\" \\\\ \\u0007\\u2028\"\n")
                .containsOnlyOnce("\n");
    }

    @Test
    void a_stack_trace_follows_in_lines_that_begin_with_a_tab() {
        String text = encoded(event("failed", new IllegalStateException("a\nb", new RuntimeException("cause"))));

        String[] lines = text.split("\n", -1);
        assertThat(lines[1]).isEqualTo("\tjava.lang.IllegalStateException: a\\nb");
        assertThat(lines).anyMatch(line -> line.equals("\tcaused by java.lang.RuntimeException: cause"));
        assertThat(List.of(lines).subList(1, lines.length - 1)).allMatch(line -> line.startsWith("\t"));
    }

    private LoggingEvent event(String message, Throwable thrown) {
        LoggingEvent event = new LoggingEvent(
                getClass().getName(),
                context.getLogger("dev.reliability.sample.wiring.Backend"),
                Level.INFO,
                message,
                thrown,
                null);
        event.setInstant(Instant.parse("2026-01-03T14:00:00.123456Z"));
        event.setThreadName("main");
        return event;
    }

    private static String encoded(LoggingEvent event) {
        return new String(new LogfmtEncoder().encode(event), UTF_8);
    }
}
