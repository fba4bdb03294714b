package dev.reliability.sample.cli;

import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupPage;
import dev.reliability.core.backup.BackupQuery;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Prints the backups. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Prints the newest backups, a line each: id, type, status, bytes, path, separated by tabs.")
final class ListCommand implements Callable<Integer> {
    private final CommandContext context;

    ListCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        try (BackupTool backups = new BackupTool(context, true)) {
            BackupQuery all = BackupQuery.all();
            BackupPage page = backups.list(new BackupQuery(all.type(), all.statuses(), BackupQuery.MAX_LIMIT));
            page.backups().forEach(backup -> context.out().println(line(backup)));
            if (page.count() > page.backups().size()) {
                context.err()
                        .println("the newest " + page.backups().size() + " of " + page.count() + " backups are shown");
            }
            return ExitCode.DONE;
        }
    }

    private static String line(Backup backup) {
        return String.join(
                "\t",
                backup.id(),
                backup.type().wireName(),
                backup.status().wireName(),
                String.valueOf(backup.size()),
                backup.path());
    }
}
