package dev.reliability.sample;

import dev.reliability.core.time.TimeSource;
import dev.reliability.sample.cli.CommandContext;
import dev.reliability.sample.cli.Commands;
import dev.reliability.sample.cli.Interruption;
import dev.reliability.sample.cli.StatusLine;
import dev.reliability.sample.logging.Logging;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The entry point: {@code java -jar sample-app.jar [COMMAND]}; {@code --help} lists the commands. */
public final class Main {
    private Main() {}

    /** Runs a subcommand and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Logging.install();
        // Newer JVMs make a console without a terminal too, unless told otherwise; then nobody is there to be asked.
        System.setProperty("jdk.console", "java.base");
        StatusLine status = StatusLine.onStderr() ? new StatusLine(System.err) : null;
        if (status != null) {
            // The log goes there too.
            System.setErr(new PrintStream(status, true, StandardCharsets.UTF_8));
        }
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        CommandContext context = new CommandContext(
                System.getenv(),
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                System.out,
                err,
                status,
                new Interruption(err),
                System.console(),
                TimeSource.system());
        System.exit(Commands.run(context, arguments));
    }
}
