package dev.reliability.sample.configuration;

import dev.reliability.backup.schedule.CronSchedule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How backups are proved to restore.
 *
 * @param folder where a test restore keeps its files; empty for the machine's temporary folder
 * @param schedule when a serving backend restores the newest backups for a test; empty for never
 * @param maxAge how old the newest backup may be that a test restore proved, before the check {@code backup} is degraded
 */
public record VerifySettings(Optional<Path> folder, Optional<CronSchedule> schedule, Duration maxAge) {
    static VerifySettings read(Values values) {
        return new VerifySettings(
                values.find(Variables.VERIFY_DIR),
                Schedules.read(values, Variables.VERIFY_SCHEDULE),
                values.get(Variables.VERIFY_MAX_AGE));
    }
}
