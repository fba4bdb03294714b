package dev.reliability.sample.cli;

import dev.reliability.backup.repository.Finding;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.VerifyLevel;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
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

    @ArgGroup(multiplicity = "0..1")
    private Chosen chosen = new Chosen();

    @Option(
            names = "--level",
            paramLabel = "1|2",
            converter = LevelConverter.class,
            description = "1: reads stored bytes alone; 2: restores as well (default: 1 for all backups, else 2)")
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
            Consumer<Finding> each = finding -> context.out().println(finding);
            List<OperationStatus> ended = chosen.newest
                    ? backups.verifyNewest(level(), each)
                    : List.of(backups.verify(chosen.backup, level(), each));
            if (ended.isEmpty()) {
                throw new BackupException.NotFound("there is no completed backup to verify");
            }
            int code = ExitCode.DONE;
            for (OperationStatus verified : ended) {
                context.err().println(verified.message());
                code = code == ExitCode.DONE ? ExitCode.of(verified) : code;
            }
            return code;
        }
    }

    /** All of them for a test would take as long as all of them together: who wants that says so. */
    private VerifyLevel level() {
        boolean all = chosen.backup == null && !chosen.newest;
        VerifyLevel byDefault = all ? VerifyLevel.STORED_BYTES : VerifyLevel.TEST_RESTORE;
        return level == null ? byDefault : level;
    }

    /** Which backups; neither for all. */
    private static final class Chosen {
        @Parameters(
                arity = "0..1",
                paramLabel = "ID",
                description = "the backup's id (default: all backups and what the repository knows of itself)")
        private @Nullable String backup;

        @Option(
                names = "--newest",
                description =
                        "those that would be restored if all were lost now: the newest full backup, and the newest"
                                + " ones of the database and the storage that were made after it; for a job of every night")
        private boolean newest;
    }

    private static final class LevelConverter implements ITypeConverter<VerifyLevel> {
        @Override
        public VerifyLevel convert(String number) {
            return VerifyLevel.of(number)
                    .orElseThrow(() -> new TypeConversionException("'" + number + "' is no level, must be 1 or 2"));
        }
    }
}
