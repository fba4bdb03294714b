package dev.reliability.sample.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes a backup into one file. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description =
                "Writes a backup into one tar file, which tar, gunzip and psql restore as well as import, and prints"
                        + " its path. Needs DB_* and BACKUP_*.")
final class ExportCommand implements Callable<Integer> {
    private static final String STDOUT = "-";

    private final CommandContext context;

    @Parameters(index = "0", paramLabel = "ID", description = "the backup's id")
    private String id = "";

    @Parameters(index = "1", paramLabel = "FILE.tar", description = "a file that is not there yet; - for stdout")
    private String file = "";

    ExportCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        try (BackupTool backups = new BackupTool(context, true)) {
            if (file.equals(STDOUT)) {
                backups.export(id, context.bytes());
                return ExitCode.DONE;
            }
            context.out().println(backups.export(id, file));
            return ExitCode.DONE;
        }
    }
}
