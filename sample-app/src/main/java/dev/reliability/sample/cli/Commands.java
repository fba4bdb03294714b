package dev.reliability.sample.cli;

import dev.reliability.core.backup.BackupException;
import dev.reliability.sample.configuration.ConfigurationException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. */
public final class Commands {
    private Commands() {}

    /** Runs what the arguments say, {@code serve} if they say nothing, and returns the exit code. */
    public static int run(CommandContext context, String... arguments) {
        return commandLine(context).execute(arguments);
    }

    private static CommandLine commandLine(CommandContext context) {
        CommandLine line = new CommandLine(new Root(context));
        line.addSubcommand(new ServeCommand(context));
        line.addSubcommand(new TokenCommand(context));
        line.setOut(context.out());
        line.setErr(context.err());
        line.setUsageHelpWidth(120);
        line.setExecutionExceptionHandler((failure, command, parsed) -> exitCode(context, failure));
        return line;
    }

    private static int exitCode(CommandContext context, Exception failure) throws Exception {
        if (failure instanceof ConfigurationException wrong) {
            wrong.faults().forEach(context.err()::println);
            return ExitCode.USAGE;
        }
        if (failure instanceof BackupException) {
            context.err().println(failure.getMessage());
            return Failures.exitCode(failure);
        }
        throw failure;
    }

    /** Without a subcommand the backend serves. */
    @Command(
            name = "sample-app",
            mixinStandardHelpOptions = true,
            description = "The AI document library: a backend with health checks, circuit breakers and backups.",
            footer = {
                "",
                "Without a subcommand it serves. Configuration: docs/configuration.md.",
                "Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 incomplete, 4 refused, 5 busy, 6 not found,"
                        + " 7 damaged"
            })
    private static final class Root extends ServeCommand {
        Root(CommandContext context) {
            super(context);
        }
    }
}
