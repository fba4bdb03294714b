package dev.reliability.sample.cli;

import dev.reliability.core.backup.OperationStatus;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verifies one backup, or everything, and prints what is wrong. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description =
                "Reads every stored byte of a backup again, or of the whole repository, and compares it with what was"
                        + " written. Prints a line for each file that is not as it should be: kind, path, how it shows. A foreign"
                        + " file is named and does no harm. Needs BACKUP_*, and DB_* as every command does.")
final class VerifyCommand implements Callable<Integer> {
    private final CommandContext context;

    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            description = "the backup's id (default: all backups and what the repository knows of itself)")
    private @Nullable String backup;

    @Option(names = "--no-wait", description = "ends with 5 if another operation runs, instead of waiting for its end")
    private boolean noWait;

    VerifyCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        try (BackupTool backups = new BackupTool(context, !noWait)) {
            OperationStatus ended =
                    backups.verify(backup, finding -> context.out().println(finding));
            context.err().println(ended.message());
            return ExitCode.of(ended);
        }
    }
}
