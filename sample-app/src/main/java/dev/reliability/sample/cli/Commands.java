package dev.reliability.sample.cli;

import dev.reliability.core.backup.BackupException;
import dev.reliability.sample.configuration.ConfigurationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. */
public final class Commands {
    private static final Logger log = LoggerFactory.getLogger(Commands.class);

    private Commands() {}

    /** Runs what the arguments say, {@code serve} if they say nothing, and returns the exit code. */
    public static int run(CommandContext context, String... arguments) {
        int code = commandLine(context).execute(arguments);
        context.interruption().over(code);
        return code;
    }

    private static CommandLine commandLine(CommandContext context) {
        CommandLine line = new CommandLine(new Root(context));
        line.addSubcommand(new ServeCommand(context));
        line.addSubcommand(new BackupCommand(context));
        line.addSubcommand(new RestoreCommand(context));
        line.addSubcommand(new UndoCommand(context));
        line.addSubcommand(new CleanupCommand(context));
        line.addSubcommand(new VerifyCommand(context));
        line.addSubcommand(new ListCommand(context));
        line.addSubcommand(new CopyCommand(context));
        line.addSubcommand(new ExportCommand(context));
        line.addSubcommand(new ImportCommand(context));
        line.addSubcommand(new CommandLine(new KeyCommand()).addSubcommand(new KeyCommand.Check(context)));
        line.addSubcommand(new CommandLine(new StorageCommand()).addSubcommand(new StorageCheckCommand(context)));
        line.addSubcommand(new TokenCommand(context));
        line.setOut(context.out());
        line.setErr(context.err());
        line.setUsageHelpWidth(120);
        line.setExecutionExceptionHandler((failure, command, parsed) -> exitCode(context, failure));
        return line;
    }

    private static int exitCode(CommandContext context, Exception failure) {
        if (failure instanceof ConfigurationException wrong) {
            wrong.faults().forEach(context.err()::println);
            return ExitCode.USAGE;
        }
        if (failure instanceof BackupException) {
            context.err().println(failure.getMessage());
            if (failure instanceof BackupException.Refused refused) {
                refused.reasons().forEach(reason -> context.err().println("  " + reason));
            }
            return ExitCode.of(failure);
        }
        log.error("the command failed", failure);
        return ExitCode.FAILED;
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
                        + " 7 damaged,",
                "130 and 143 cancelled by SIGINT and SIGTERM"
            })
    private static final class Root extends ServeCommand {
        Root(CommandContext context) {
            super(context);
        }
    }
}
