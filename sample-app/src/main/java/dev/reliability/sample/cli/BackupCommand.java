package dev.reliability.sample.cli;

import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Makes a backup and prints its path. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = "Makes a backup and prints its path. Needs DB_* and BACKUP_*; storage and full also STORAGE_*.")
final class BackupCommand implements Callable<Integer> {
    private final CommandContext context;

    @Parameters(
            arity = "0..1",
            paramLabel = "TYPE",
            defaultValue = "database",
            converter = Type.class,
            description = "database, storage or full (default: ${DEFAULT-VALUE})")
    private BackupType type = BackupType.DATABASE;

    @Option(names = "--no-wait", description = "ends with 5 if another operation runs, instead of waiting for its end")
    private boolean noWait;

    BackupCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        try (BackupTool backups = new BackupTool(context, !noWait)) {
            OperationStatus ended = backups.create(type);
            context.err().println(ended.message());
            int code = ExitCode.of(ended);
            String id = ended.backupId();
            if (id != null && (code == ExitCode.DONE || code == ExitCode.INCOMPLETE)) {
                context.out().println(backups.find(id).path());
            }
            return code;
        }
    }

    private static final class Type implements ITypeConverter<BackupType> {
        @Override
        public BackupType convert(String text) {
            return BackupType.of(text)
                    .orElseThrow(
                            () -> new TypeConversionException("'" + text + "' is not one of database, storage, full"));
        }
    }
}
