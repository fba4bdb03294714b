package dev.reliability.sample.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.time.ManualTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final long MIB = 1024 * 1024;
    private static final String WIPE = "\r\u001b[K";

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final StatusLine terminal = new StatusLine(screen);
    private final StringWriter lines = new StringWriter();
    private final ManualTime time = new ManualTime();

    @Test
    void in_a_terminal_one_line_shows_phase_share_bytes_and_rate() {
        Progress progress = progress(terminal);

        progress.accept(running("dumping", 0, 8 * MIB, ""));
        time.advance(Duration.ofSeconds(2));
        progress.accept(running("dumping", 3 * MIB, 8 * MIB, ""));

        assertThat(screen.toString(UTF_8))
                .endsWith(line("dumping  [#######-------------] 37 %  3.0 MiB of 8.0 MiB  1.5 MiB/s"));
        assertThat(lines.toString()).isEmpty();
    }

    @Test
    void without_a_known_total_there_is_no_bar_and_the_rate_is_the_phases_own() {
        Progress progress = progress(terminal);
        progress.accept(running("dumping", 8 * MIB, 0, ""));
        time.advance(Duration.ofSeconds(10));

        progress.accept(running("copying_objects", 500, 0, ""));
        time.advance(Duration.ofSeconds(4));
        progress.accept(running("copying_objects", 2548, 0, ""));

        assertThat(screen.toString(UTF_8)).endsWith(line("copying_objects  2.5 KiB  512 B/s"));
    }

    @Test
    void the_line_gives_way_to_whatever_else_is_written_and_to_the_end() throws IOException {
        Progress progress = progress(terminal);
        progress.accept(running("dumping", 0, 0, ""));

        terminal.write("a warning\n".getBytes(UTF_8));
        terminal.write("another\n".getBytes(UTF_8));
        progress.accept(running("dumping", 1, 0, ""));
        progress.close();
        progress.accept(running("dumping", 2, 0, ""));

        assertThat(screen.toString(UTF_8))
                .isEqualTo(line("dumping") + WIPE + "a warning\nanother\n" + line("dumping  1 B") + WIPE);
    }

    @Test
    void elsewhere_each_phase_is_a_line() {
        Progress progress = progress(null);

        progress.accept(running("waiting", 0, 0, ""));
        progress.accept(running("waiting", 0, 0, "waiting for operation op_1 on host-7"));
        progress.accept(running("dumping", 0, 100, ""));
        progress.accept(running("dumping", 50, 100, ""));
        progress.accept(running("copying_objects", 0, 0, ""));
        progress.accept(status(Status.COMPLETED, "done", 100, 100, "all is well"));

        assertThat(lines.toString())
                .isEqualTo("waiting: waiting for operation op_1 on host-7\ndumping\ncopying_objects\n");
    }

    private Progress progress(@Nullable StatusLine where) {
        return new Progress(where, new PrintWriter(lines, true), time);
    }

    private static String line(String text) {
        return WIPE + "\u001b[?7l" + text + "\u001b[?7h";
    }

    private static OperationStatus running(String phase, long bytes, long total, String message) {
        return status(Status.RUNNING, phase, bytes, total, message);
    }

    private static OperationStatus status(Status status, String phase, long bytes, long total, String message) {
        return new OperationStatus(
                "op_2",
                OperationStatus.Kind.CREATE,
                null,
                status,
                phase,
                bytes,
                total,
                message,
                Instant.EPOCH,
                null,
                null,
                "host",
                "tester");
    }
}
