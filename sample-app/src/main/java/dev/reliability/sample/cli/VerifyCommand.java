package dev.reliability.sample.cli;

import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.VerifyLevel;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Verifies one backup, or everything, and prints what is wrong. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description =
                "Restores a backup for a test, into a PostgreSQL that is started for that alone, and compares every row with"
                        + " what was backed up; reads every stored byte of it before. Nothing that is live is touched. Prints a"
                        + " line for each file that is not as it should be: kind, path, how it shows. A foreign file is named"
                        + " and does no harm. Needs BACKUP_*, and DB_* as every command does; the test restore also the"
                        + " server programs of the backup's PostgreSQL, and room in VERIFY_DIR for the database.")
final class VerifyCommand implements Callable<Integer> {
    private final CommandContext context;

    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            description = "the backup's id (default: all backups and what the repository knows of itself)")
    private @Nullable String backup;

    @Option(
            names = "--level",
            paramLabel = "1|2",
            converter = LevelConverter.class,
            description = "1: reads stored bytes alone; 2: restores as well (default: 2 for one backup, 1 for all)")
    private @Nullable VerifyLevel level;

    @Mixin
    private IdentityOption identity = new IdentityOption();

    @Mixin
    private Following following = new Following();

    VerifyCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        try (BackupTool backups = new BackupTool(identity.in(context), following.waits(), following.showsProgress())) {
            OperationStatus ended =
                    backups.verify(backup, level(), finding -> context.out().println(finding));
            context.err().println(ended.message());
            return ExitCode.of(ended);
        }
    }

    /** All of them for a test would take as long as all of them together: who wants that says so. */
    private VerifyLevel level() {
        VerifyLevel byDefault = backup == null ? VerifyLevel.STORED_BYTES : VerifyLevel.TEST_RESTORE;
        return level == null ? byDefault : level;
    }

    private static final class LevelConverter implements ITypeConverter<VerifyLevel> {
        @Override
        public VerifyLevel convert(String number) {
            return VerifyLevel.of(number)
                    .orElseThrow(() -> new TypeConversionException("'" + number + "' is no level, must be 1 or 2"));
        }
    }
}
