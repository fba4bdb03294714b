package dev.reliability.sample.cli;

import picocli.CommandLine.Command;

/** What there is to do with stores; nothing by itself. */
@Command(name = "storage", mixinStandardHelpOptions = true, description = "Looks after the configured stores.")
final class StorageCommand {}
