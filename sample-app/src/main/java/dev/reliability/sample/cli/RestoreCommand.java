package dev.reliability.sample.cli;

import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.backup.RestoreOptions.Risk;
import dev.reliability.core.backup.RestorePlan;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Restores a backup and prints the operation's id, or only what that would do. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = "Restores a backup and prints the operation's id. Needs DB_* and BACKUP_*; backups with documents"
                + " also STORAGE_*.")
final class RestoreCommand implements Callable<Integer> {
    private final CommandContext context;

    @Parameters(paramLabel = "ID|PATH", description = "the backup's id, or the path of its dump or folder, or any dump")
    private String backup = "";

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            converter = ModeName.class,
            description = "switch or in_place (default: RESTORE_MODE)")
    private @Nullable Mode mode;

    @Option(names = "--read-only", description = "the live database takes no writes from the start of the restore on")
    private boolean readOnly;

    @Option(names = "--mirror", description = "deletes the documents' bytes that the backup does not name")
    private boolean mirror;

    @Option(
            names = "--accept",
            paramLabel = "RISK",
            split = ",",
            converter = RiskName.class,
            description = "what it would be refused for: incomplete, settings")
    private List<Risk> accept = new ArrayList<>();

    @Option(
            names = "--trust",
            description = "loads a dump without a signature of ours: its SQL runs with all rights of DB_USER, and can"
                    + " delete or change whatever that role can, in other databases too")
    private boolean trust;

    @Option(
            names = "--roles",
            description =
                    "makes the roles first that a full backup saved and the server lacks, as after the loss of the"
                            + " whole server; roles that are there stay as they are. Passwords are not saved: DB_USER gets"
                            + " DB_PASSWORD if it is made, the others have none. Needs DB_ADMIN_PASSWORD")
    private boolean roles;

    @Mixin
    private IdentityOption identity = new IdentityOption();

    @Option(
            names = "--dry-run",
            description = "prints what would be done now, and does nothing; ends with 4 if it would be refused")
    private boolean dryRun;

    @Mixin
    private Following following = new Following();

    @Option(names = "--yes", description = "does not ask")
    private boolean yes;

    RestoreCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        try (BackupTool backups = new BackupTool(identity.in(context), following.waits(), following.showsProgress())) {
            RestoreOptions options = new RestoreOptions(mode, readOnly, mirror, risks());
            if (dryRun) {
                RestorePlan plan = backups.plan(backup, options);
                PlanText.of(plan).forEach(context.out()::println);
                return plan.possible() ? ExitCode.DONE : ExitCode.REFUSED;
            }
            if (!yes && !context.confirms("Restore " + backup + " over what is there now?")) {
                context.err().println("nothing was done");
                return ExitCode.REFUSED;
            }
            if (roles) {
                List<String> made = backups.createRoles(backup);
                context.err().println("roles made: " + (made.isEmpty() ? "none" : String.join(", ", made)));
            }
            OperationStatus ended = backups.restore(backup, options);
            context.err().println(ended.message());
            backups.undoableUntil(ended, mode)
                    .ifPresent(
                            until -> context.err().println("until " + until + " this undoes it: undo " + ended.id()));
            context.out().println(ended.id());
            return ExitCode.of(ended);
        }
    }

    private Set<Risk> risks() {
        Set<Risk> risks = EnumSet.noneOf(Risk.class);
        risks.addAll(accept);
        if (trust) {
            risks.add(Risk.UNTRUSTED);
        }
        return risks;
    }

    private static final class ModeName implements ITypeConverter<Mode> {
        @Override
        public Mode convert(String text) {
            return Mode.of(text)
                    .orElseThrow(() -> new TypeConversionException("'" + text + "' is not one of switch, in_place"));
        }
    }

    private static final class RiskName implements ITypeConverter<Risk> {
        @Override
        public Risk convert(String text) {
            return Risk.of(text)
                    .filter(risk -> risk != Risk.UNTRUSTED)
                    .orElseThrow(
                            () -> new TypeConversionException("'" + text + "' is not one of incomplete, settings"));
        }
    }
}
