package dev.reliability.sample.cli;

import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.time.TimeSource;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Shows how an operation goes on: in a terminal one line with a bar, drawn anew each time; elsewhere a line for each
 * phase, which a log can hold. Safe for use by any thread.
 */
final class Progress implements Consumer<OperationStatus>, AutoCloseable {
    private static final int BAR = 20;
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};
    /** Before that a rate says nothing. */
    private static final Duration MEASURED = Duration.ofSeconds(1);

    private final @Nullable StatusLine terminal;
    private final PrintWriter lines;
    private final TimeSource time;
    private String phase = "";
    private long phaseBytes;
    private long phaseStart;
    private boolean closed;

    /**
     * @param terminal null where there is none
     * @param lines where the phases go then
     */
    Progress(@Nullable StatusLine terminal, PrintWriter lines, TimeSource time) {
        this.terminal = terminal;
        this.lines = lines;
        this.time = time;
    }

    @Override
    public synchronized void accept(OperationStatus now) {
        // It waits at its beginning for a moment, which is worth a line only if it says for whom.
        boolean nothingToTell = now.phase().equals("waiting") && now.message().isEmpty();
        if (closed || now.status().ended() || nothingToTell) {
            return;
        }
        if (!now.phase().equals(phase)) {
            phase = now.phase();
            phaseBytes = now.bytes();
            phaseStart = time.nanoTime();
            if (terminal == null) {
                lines.println(now.message().isEmpty() ? phase : phase + ": " + now.message());
            }
        }
        if (terminal != null) {
            terminal.show(line(now));
        }
    }

    private String line(OperationStatus now) {
        StringBuilder line = new StringBuilder(now.phase());
        if (now.totalBytes() > 0) {
            int full = now.percent() * BAR / 100;
            line.append("  [").append("#".repeat(full)).append("-".repeat(BAR - full));
            line.append(String.format(Locale.ROOT, "] %2d %%", now.percent()));
        }
        if (now.bytes() > 0) {
            line.append("  ").append(size(now.bytes()));
            if (now.totalBytes() > 0) {
                line.append(" of ").append(size(now.totalBytes()));
            }
        }
        Duration took = time.since(phaseStart);
        if (took.compareTo(MEASURED) >= 0 && now.bytes() > phaseBytes) {
            double seconds = took.toNanos() / 1e9;
            line.append("  ")
                    .append(size((long) ((now.bytes() - phaseBytes) / seconds)))
                    .append("/s");
        }
        return now.message().isEmpty() ? line.toString() : line + "  " + now.message();
    }

    private static String size(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }

    /** Shows no more, and leaves nothing in the terminal. */
    @Override
    public synchronized void close() {
        closed = true;
        if (terminal != null) {
            terminal.wipe();
        }
    }
}
