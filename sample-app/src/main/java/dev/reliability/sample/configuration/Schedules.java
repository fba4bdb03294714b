package dev.reliability.sample.configuration;

import dev.reliability.backup.schedule.CronSchedule;
import java.util.Optional;

/** Reads lines in cron's syntax. */
final class Schedules {
    private static final int LONGEST_FAULT = 400;

    private Schedules() {}

    /** Empty if it is not set, or is at fault, which is then on record. */
    static Optional<CronSchedule> read(Values values, Variable<String> variable) {
        Optional<String> text = values.find(variable);
        try {
            return text.map(CronSchedule::parse);
        } catch (IllegalArgumentException e) {
            values.fault(
                    variable,
                    "is '" + Values.printable(text.orElse("")) + "': "
                            + Values.printable(String.valueOf(e.getMessage()), LONGEST_FAULT));
            return Optional.empty();
        }
    }
}
