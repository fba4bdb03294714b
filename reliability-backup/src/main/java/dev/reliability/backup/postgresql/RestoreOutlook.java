package dev.reliability.backup.postgresql;

import dev.reliability.core.backup.RestorePlan;
import java.util.List;

/**
 * What a restore of the database would meet.
 *
 * @param database what would become of it
 * @param lostSettings those of {@link RestorePlan.Database#notCarriedOver()} that have to be accepted
 * @param obstacles why it would be refused in any case, a sentence each
 */
public record RestoreOutlook(RestorePlan.Database database, List<String> lostSettings, List<String> obstacles) {
    public RestoreOutlook {
        lostSettings = List.copyOf(lostSettings);
        obstacles = List.copyOf(obstacles);
    }
}
