package dev.reliability.sample.cli;

import dev.reliability.core.backup.OperationStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Undoes a restore and prints the operation's id. */
@Command(
        name = "undo",
        mixinStandardHelpOptions = true,
        description =
                "Undoes a restore, or an undo, within RESTORE_UNDO_HOURS and prints the operation's id, by which this"
                        + " can be undone as well. Needs DB_* and BACKUP_*; restores of documents also STORAGE_*.")
final class UndoCommand implements Callable<Integer> {
    private final CommandContext context;

    @Parameters(paramLabel = "OPERATION", description = "the id that restore printed")
    private String operation = "";

    @Mixin
    private IdentityOption identity = new IdentityOption();

    @Mixin
    private Following following = new Following();

    @Option(names = "--yes", description = "does not ask")
    private boolean yes;

    UndoCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        try (BackupTool backups = new BackupTool(identity.in(context), following.waits(), following.showsProgress())) {
            if (!yes && !context.confirms("Put back what " + operation + " replaced, over what is there now?")) {
                context.err().println("nothing was done");
                return ExitCode.REFUSED;
            }
            OperationStatus ended = backups.undo(operation);
            context.err().println(ended.message());
            context.out().println(ended.id());
            return ExitCode.of(ended);
        }
    }
}
