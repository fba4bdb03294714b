package dev.reliability.sample.configuration;

import dev.reliability.backup.schedule.CronSchedule;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where backups are, for how long, and who is trusted.
 *
 * @param repository the place
 * @param offsite where copies are; empty for nowhere
 * @param signingKeys the first signs, all are trusted; empty to trust the repository as a whole
 * @param retentionDays days that a backup is kept
 * @param retentionMinimum how many of each type are kept however old they are
 * @param compression {@code gzip} or {@code zstd}, of new backups
 * @param skipUnchanged whether documents are not read again that look unchanged
 * @param encryption to whom new backups are encrypted, and what opens those that are
 * @param stallLimit how long pg_dump may write nothing; zero for ever
 * @param restoreMode {@code switch} or {@code in_place}, where a restore does not say
 * @param undo how long a replaced database is kept
 * @param schedule when a serving backend makes backups; empty for never
 * @param jobFireTime the fire time whose scheduled backup this process was started for; empty if for none
 * @param verify how they are proved to restore
 * @param webhook who is told of backups that failed; empty for nobody
 */
public record BackupSettings(
        RepositorySettings repository,
        Optional<RepositorySettings> offsite,
        List<Secret> signingKeys,
        int retentionDays,
        int retentionMinimum,
        String compression,
        boolean skipUnchanged,
        EncryptionSettings encryption,
        Duration stallLimit,
        String restoreMode,
        Duration undo,
        Optional<CronSchedule> schedule,
        Optional<Instant> jobFireTime,
        VerifySettings verify,
        Optional<Secret> webhook) {
    private static final int SHORTEST_KEY = 32;
    private static final Pattern JOB_NAME = Pattern.compile("auto-backup-([0-9]{1,10})");

    static BackupSettings read(Values values) {
        return new BackupSettings(
                RepositorySettings.read(values),
                RepositorySettings.readOffsite(values),
                signingKeys(values),
                values.get(Variables.RETENTION_DAYS),
                values.get(Variables.RETENTION_MIN),
                values.get(Variables.BACKUP_COMPRESSION),
                skipUnchanged(values),
                EncryptionSettings.read(values),
                values.get(Variables.BACKUP_STALL_MINUTES),
                values.get(Variables.RESTORE_MODE),
                values.get(Variables.RESTORE_UNDO_HOURS),
                Schedules.read(values, Variables.BACKUP_SCHEDULE),
                values.find(Variables.BACKUP_JOB_NAME).flatMap(BackupSettings::fireTimeOf),
                VerifySettings.read(values),
                webhook(values));
    }

    /** The address is a secret: whoever has it may post there. */
    private static Optional<Secret> webhook(Values values) {
        Optional<String> address = values.find(Variables.NOTIFY_WEBHOOK);
        if (address.isPresent() && !isWebAddress(address.get())) {
            values.fault(
                    Variables.NOTIFY_WEBHOOK,
                    "must be " + Variables.NOTIFY_WEBHOOK.rule().description());
        }
        return address.map(Secret::new);
    }

    private static boolean isWebAddress(String text) {
        try {
            URI address = new URI(text);
            return ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))
                    && address.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static Optional<Instant> fireTimeOf(String job) {
        Matcher matcher = JOB_NAME.matcher(job);
        return matcher.matches()
                ? Optional.of(Instant.EPOCH.plus(Duration.ofMinutes(Long.parseLong(matcher.group(1)))))
                : Optional.empty();
    }

    private static boolean skipUnchanged(Values values) {
        boolean skip = values.get(Variables.BACKUP_SKIP_UNCHANGED);
        if (skip && values.isSet(Variables.BACKUP_ENCRYPTION_RECIPIENTS)) {
            values.fault(
                    Variables.BACKUP_SKIP_UNCHANGED,
                    "does not go with " + Variables.BACKUP_ENCRYPTION_RECIPIENTS.name()
                            + ": nobody can read here what the backup before said of a document");
        }
        return skip;
    }

    private static List<Secret> signingKeys(Values values) {
        List<Secret> keys = values.find(Variables.BACKUP_SIGNING_KEY).stream()
                .flatMap(all -> Arrays.stream(all.split(",", -1)))
                .map(key -> new Secret(key.strip()))
                .toList();
        for (int i = 0; i < keys.size(); i++) {
            int bytes = keys.get(i).bytes();
            if (bytes < SHORTEST_KEY) {
                values.fault(
                        Variables.BACKUP_SIGNING_KEY,
                        "has " + bytes + " bytes in key " + (i + 1) + ", must have " + SHORTEST_KEY + " or more");
            }
        }
        return keys;
    }
}
