package dev.reliability.sample.cli;

import dev.reliability.backup.repository.Keysets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The keys of encrypted backups. */
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "check",
        description = "Proves that encrypted backups can still be opened.")
final class KeyCommand {

    /** Tries an identity on what every set of recipients must be able to open. */
    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = "Tries which encrypted backups an identity opens, without reading any: a line for each set of"
                    + " recipients that was ever used here: opens, closed or damaged, since when it is used, when it was last"
                    + " proved to open, the recipients, separated by tabs. Ends with 1 if one stays closed, with 7 if"
                    + " what is tried is damaged, with 6 if"
                    + " nothing is encrypted here. Needs BACKUP_*, and DB_* as every command does.")
    static final class Check implements Callable<Integer> {
        private final CommandContext context;

        @Mixin
        private IdentityOption identity = new IdentityOption();

        Check(CommandContext context) {
            this.context = context;
        }

        @Override
        public Integer call() throws Exception {
            try (BackupTool backups = new BackupTool(identity.in(context), true)) {
                List<Keysets.Check> checks = backups.checkKeys();
                if (checks.isEmpty()) {
                    context.err()
                            .println("nothing was ever encrypted in this repository: the first encrypted backup writes"
                                    + " what can be checked");
                    return ExitCode.NOT_FOUND;
                }
                checks.forEach(check -> context.out().println(line(check)));
                return code(checks);
            }
        }

        private int code(List<Keysets.Check> checks) {
            int code = ExitCode.DONE;
            for (Keysets.Check check : checks) {
                if (check.outcome() == Keysets.Outcome.DAMAGED) {
                    context.err().println(check.words());
                    return ExitCode.DAMAGED;
                }
                code = check.outcome() == Keysets.Outcome.OPENS ? code : ExitCode.FAILED;
            }
            return code;
        }

        private static String line(Keysets.Check check) {
            Keysets.Known keyset = check.keyset();
            Instant proved = keyset.checkedAt();
            return String.join(
                    "\t",
                    check.outcome().name().toLowerCase(Locale.ROOT),
                    keyset.createdAt().toString(),
                    proved == null ? "never" : proved.toString(),
                    String.join(",", keyset.recipients()));
        }
    }
}
