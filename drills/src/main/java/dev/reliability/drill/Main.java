package dev.reliability.drill;

import dev.reliability.core.time.TimeSource;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the drills' measurements; {@code scripts/drill.sh} is its front. */
public final class Main {
    private Main() {}

    /** Ends the process: 0 done or passed, 1 failed, 2 wrong arguments. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(System.getenv(), MicroClock.of(TimeSource.system()), out, err, arguments));
    }

    static int run(
            Map<String, String> environment, MicroClock clock, PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = new CommandLine(new Root());
        line.addSubcommand(new LoadCommand(environment, clock));
        line.addSubcommand(new ReportCommand(out));
        line.setOut(out);
        line.setErr(err);
        line.setUsageHelpWidth(120);
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            boolean wrong = failure instanceof IllegalArgumentException;
            err.println(wrong ? failure.getMessage() : failure.toString());
            return wrong ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
        });
        return line.execute(arguments);
    }

    @Command(name = "drills", mixinStandardHelpOptions = true, description = "Measures what scripts/drill.sh breaks.")
    private static final class Root {}
}
