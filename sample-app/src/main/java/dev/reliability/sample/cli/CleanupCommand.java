package dev.reliability.sample.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Deletes old backups and prints their ids. */
@Command(
        name = "cleanup",
        mixinStandardHelpOptions = true,
        description = "Deletes backups older than RETENTION_DAYS, but RETENTION_MIN of each type; prints their ids.")
final class CleanupCommand implements Callable<Integer> {
    private final CommandContext context;

    @Option(names = "--no-wait", description = "ends with 5 if another operation runs, instead of waiting for its end")
    private boolean noWait;

    @Option(names = "--dry-run", description = "prints which backups would be deleted now, and deletes nothing")
    private boolean dryRun;

    CleanupCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        try (BackupTool backups = new BackupTool(context, !noWait)) {
            (dryRun ? backups.planCleanUp() : backups.cleanUp()).forEach(context.out()::println);
            return ExitCode.DONE;
        }
    }
}
