package dev.reliability.backup;

import dev.reliability.backup.manifest.Compression;
import dev.reliability.backup.postgresql.PostgreSQLBackup;
import dev.reliability.backup.stream.Decompression;
import dev.reliability.core.backup.RestoreOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How a {@link BackupManager} behaves. Immutable; all faults are reported together when it is built.
 *
 * @param retentionDays how many days a backup is kept, 1 to 36,500; default 7
 * @param retentionMinimum how many good backups of each kind are kept however old they are, 1 to 10,000; default 3
 * @param restoreMode how a database is replaced where a restore does not say; default {@code SWITCH}
 * @param undoPeriod how long a replaced database is kept, zero to 365 days; default 24 hours
 * @param compression how new backups are compressed, whatever older ones are; default gzip
 * @param stallLimit pg_dump is ended if it writes no byte for so long, zero to 30 days; zero for never; default 30 minutes
 * @param skipUnchanged whether an object is not read again that has the length and the moment of writing that it had in
 *     the backup before; default false: every object is read. Not with encryption, as nobody can read there what the
 *     backup before said
 */
public record BackupConfig(
        int retentionDays,
        int retentionMinimum,
        RestoreOptions.Mode restoreMode,
        Duration undoPeriod,
        Compression compression,
        Duration stallLimit,
        boolean skipUnchanged) {
    private static final Duration LONGEST_UNDO = Duration.ofDays(365);
    private static final Duration LONGEST_STALL = Duration.ofDays(30);

    /** @throws IllegalArgumentException naming every fault: property, value, rule */
    public BackupConfig {
        Objects.requireNonNull(restoreMode, "restoreMode");
        Objects.requireNonNull(compression, "compression");
        List<String> faults = new ArrayList<>();
        if (retentionDays < 1 || retentionDays > 36_500) {
            faults.add("retentionDays is " + retentionDays + ", must be from 1 to 36500");
        }
        if (retentionMinimum < 1 || retentionMinimum > 10_000) {
            faults.add("retentionMinimum is " + retentionMinimum + ", must be from 1 to 10000");
        }
        if (undoPeriod.isNegative() || undoPeriod.compareTo(LONGEST_UNDO) > 0) {
            faults.add("undoPeriod is " + undoPeriod + ", must be from zero to " + LONGEST_UNDO.toDays() + " days");
        }
        Decompression.obstacle(compression).ifPresent(obstacle -> faults.add("compression: " + obstacle));
        if (stallLimit.isNegative() || stallLimit.compareTo(LONGEST_STALL) > 0) {
            faults.add("stallLimit is " + stallLimit + ", must be from zero to " + LONGEST_STALL.toDays() + " days");
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("backups: " + String.join("; ", faults));
        }
    }

    /** Seven days, at least three, by switch, with a day to undo, in gzip, with half an hour of silence. */
    public static BackupConfig defaults() {
        return new BackupConfig(
                7,
                3,
                RestoreOptions.Mode.SWITCH,
                Duration.ofHours(24),
                Compression.GZIP,
                PostgreSQLBackup.STALL_LIMIT,
                false);
    }

    /** The same with another retention. */
    public BackupConfig withRetention(int days, int minimum) {
        return new BackupConfig(days, minimum, restoreMode, undoPeriod, compression, stallLimit, skipUnchanged);
    }

    /** The same with another way to restore. */
    public BackupConfig withRestore(RestoreOptions.Mode mode, Duration undo) {
        return new BackupConfig(retentionDays, retentionMinimum, mode, undo, compression, stallLimit, skipUnchanged);
    }

    /** The same with another compression of new backups. */
    public BackupConfig withCompression(Compression other) {
        return new BackupConfig(
                retentionDays, retentionMinimum, restoreMode, undoPeriod, other, stallLimit, skipUnchanged);
    }

    /** The same with another patience with pg_dump. */
    public BackupConfig withStallLimit(Duration limit) {
        return new BackupConfig(
                retentionDays, retentionMinimum, restoreMode, undoPeriod, compression, limit, skipUnchanged);
    }

    /** The same, believing that what looks unchanged is, or not. */
    public BackupConfig withSkipUnchanged(boolean skip) {
        return new BackupConfig(
                retentionDays, retentionMinimum, restoreMode, undoPeriod, compression, stallLimit, skip);
    }
}
