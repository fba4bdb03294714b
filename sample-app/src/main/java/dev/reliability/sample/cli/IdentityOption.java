package dev.reliability.sample.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What opens encrypted backups, where a subcommand reads them. */
final class IdentityOption {
    @Option(
            names = "--identity",
            paramLabel = "FILE",
            description = "file with an identity, as age-keygen writes it, that opens what is encrypted (default:"
                    + " BACKUP_ENCRYPTION_IDENTITY_FILE)")
    private @Nullable String file;

    /** The same context with this identity. */
    CommandContext in(CommandContext context) {
        return context.withIdentity(file);
    }
}
