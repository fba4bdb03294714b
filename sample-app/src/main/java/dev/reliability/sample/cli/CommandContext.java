package dev.reliability.sample.cli;

import dev.reliability.core.time.TimeSource;
import java.io.Console;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.HashMap;
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
    /** The variable that names a file with identities. */
    static final String IDENTITY_FILE = "BACKUP_ENCRYPTION_IDENTITY_FILE";

    /**
     * The same with the file of identities that an option names.
     *
     * @param file null if none was named
     */
    CommandContext withIdentity(@Nullable String file) {
        if (file == null) {
            return this;
        }
        Map<String, String> changed = new HashMap<>(environment);
        changed.put(IDENTITY_FILE, file);
        return new CommandContext(changed, out, bytes, err, status, interruption, terminal, time);
    }

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
