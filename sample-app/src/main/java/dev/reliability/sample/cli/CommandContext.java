package dev.reliability.sample.cli;

import dev.reliability.core.time.TimeSource;
import java.io.Console;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds a subcommand.
 *
 * @param environment the variables
 * @param out for the result alone
 * @param bytes for a result that is no text; ends in the same place as {@code out}
 * @param err for everything else
 * @param status where {@code err} ends in a terminal, its last line; else null
 * @param interruption what signals do
 * @param terminal where somebody can be asked; null without anybody
 * @param time the clocks
 */
public record CommandContext(
        Map<String, String> environment,
        PrintWriter out,
        OutputStream bytes,
        PrintWriter err,
        @Nullable StatusLine status,
        Interruption interruption,
        @Nullable Console terminal,
        TimeSource time) {

    /** Asks whether to go on; who is not there agrees. */
    boolean confirms(String question) {
        if (terminal == null) {
            return true;
        }
        err.print(question + " [y/N] ");
        err.flush();
        String answer = terminal.readLine();
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
    }
}
