package dev.reliability.sample.cli;

import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.sample.configuration.ConfigurationException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
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

    @Mixin
    private Following following = new Following();

    @Option(
            names = "--scheduled-for",
            paramLabel = "INSTANT",
            converter = FireTime.class,
            description =
                    "makes the scheduled backup of this minute, such as 2026-01-03T02:00:00Z, unless another process"
                            + " has claimed it, and cleans up; BACKUP_JOB_NAME says the same")
    private @Nullable Instant scheduledFor;

    @Spec
    private @Nullable CommandSpec spec;

    BackupCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        try (BackupTool backups = new BackupTool(context, following.waits(), following.showsProgress())) {
            Instant fireTime = scheduledFor == null ? backups.jobFireTime().orElse(null) : scheduledFor;
            if (fireTime == null) {
                return told(backups, backups.create(type));
            }
            if (!following.waits()) {
                throw new ParameterException(
                        Objects.requireNonNull(spec).commandLine(),
                        "--no-wait does not go with a scheduled backup: it joins the one that it meets");
            }
            Optional<OperationStatus> ended = backups.createScheduled(type, fireTime);
            if (ended.isEmpty()) {
                context.err().println("another process has claimed the scheduled backup of " + fireTime);
                return ExitCode.DONE;
            }
            return told(backups, ended.get());
        }
    }

    private int told(BackupTool backups, OperationStatus ended) throws ConfigurationException {
        context.err().println(ended.message());
        int code = ExitCode.of(ended);
        String id = ended.backupId();
        if (id != null && (code == ExitCode.DONE || code == ExitCode.INCOMPLETE)) {
            context.out().println(backups.find(id).path());
            context.out().flush();
            return copied(backups, id, code);
        }
        return code;
    }

    /** The code is that of its own copy: what hinders another backup's is told, and no fault of this one. */
    private int copied(BackupTool backups, String id, int code) throws ConfigurationException {
        if (!backups.copies()) {
            return code;
        }
        int copied = code;
        for (OperationStatus ended : backups.copyMissing()) {
            context.err().println(ended.message());
            boolean own = id.equals(ended.backupId());
            if (own && ended.status() != OperationStatus.Status.COMPLETED) {
                copied = ExitCode.of(ended);
            }
        }
        return copied;
    }

    private static final class FireTime implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            TypeConversionException wrong =
                    new TypeConversionException("'" + text + "' is not a whole minute such as 2026-01-03T02:00:00Z");
            try {
                Instant moment = Instant.parse(text);
                if (moment.equals(moment.truncatedTo(ChronoUnit.MINUTES))) {
                    return moment;
                }
                throw wrong;
            } catch (DateTimeException notAMoment) {
                throw wrong;
            }
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
