package dev.reliability.core.backup;

import java.util.List;

/**
 * The answer to a {@link BackupQuery}.
 *
 * @param count how many match, before the limit
 * @param backups the newest of them
 */
public record BackupPage(int count, List<Backup> backups) {
    public BackupPage {
        backups = List.copyOf(backups);
    }
}
