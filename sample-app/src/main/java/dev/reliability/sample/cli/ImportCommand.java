package dev.reliability.sample.cli;

import dev.reliability.core.backup.OperationStatus;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a backup back from a file. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = "Takes a backup out of a file that export wrote, and prints its id. Needs DB_* and BACKUP_*.")
final class ImportCommand implements Callable<Integer> {
    private final CommandContext context;

    @Parameters(paramLabel = "FILE.tar", description = "what export wrote")
    private Path file = Path.of("");

    @Option(
            names = "--trust",
            description =
                    "takes a backup without a signature of ours; it is listed as unsigned, and restored with --trust"
                            + " only")
    private boolean trust;

    @Mixin
    private Following following = new Following();

    ImportCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        try (BackupTool backups = new BackupTool(context, following.waits(), following.showsProgress())) {
            OperationStatus ended = backups.importFrom(file, trust);
            context.err().println(ended.message());
            int code = ExitCode.of(ended);
            if (code == ExitCode.DONE) {
                context.out().println(ended.backupId());
            }
            return code;
        }
    }
}
