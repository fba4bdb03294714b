package dev.reliability.sample.cli;

import dev.reliability.core.backup.OperationStatus;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Copies backups offsite. */
@Command(
        name = "copy",
        mixinStandardHelpOptions = true,
        description =
                "Copies a backup, or all that are not there yet, into BACKUP_OFFSITE, and prints their ids. What is"
                        + " there already is used, so one that was interrupted goes on. Needs BACKUP_* and OFFSITE_S3_*, and DB_*"
                        + " as every command does.")
final class CopyCommand implements Callable<Integer> {
    private final CommandContext context;

    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            description = "the backup's id (default: all that were never copied there, newest first)")
    private @Nullable String backup;

    @Mixin
    private Following following = new Following();

    CopyCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        try (BackupTool backups = new BackupTool(context, following.waits(), following.showsProgress())) {
            List<OperationStatus> ended = backup == null ? backups.copyMissing() : List.of(backups.copy(backup));
            if (ended.isEmpty()) {
                context.err().println("every backup is there already");
            }
            int code = ExitCode.DONE;
            for (OperationStatus copied : ended) {
                context.err().println(copied.message());
                int own = ExitCode.of(copied);
                if (own == ExitCode.DONE) {
                    context.out().println(copied.backupId());
                } else {
                    code = own;
                }
            }
            return code;
        }
    }
}
