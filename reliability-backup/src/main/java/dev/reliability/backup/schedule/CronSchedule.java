package dev.reliability.backup.schedule;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Objects;
import java.util.Optional;

/**
 * The fire times of a cron expression: whole minutes by the wall clocks of a time zone. Immutable; safe for use by any
 * thread.
 *
 * <p>Each minute on those clocks that the expression names fires exactly once. One that comes twice, as clocks are set
 * back, fires the first time. One that never comes, as clocks are set forward, fires at the moment when they are; of
 * several that fall together then, there is one.
 */
public final class CronSchedule {
    private final String text;
    private final ZoneId zone;
    private final ExecutionTime minutes;

    private CronSchedule(String text, ZoneId zone, ExecutionTime minutes) {
        this.text = text;
        this.zone = zone;
        this.minutes = minutes;
    }

    /**
     * Reads the five fields of Unix cron (minute, hour, day of month, month, day of week; if both days are restricted
     * either is enough), then if wanted a time zone, else it is UTC: {@code 0 2 * * *}, {@code 30 1 * * 1-5
     * Asia/Shanghai}.
     *
     * @throws IllegalArgumentException naming the part that is wrong and its column, from 1
     */
    public static CronSchedule parse(String text) {
        Objects.requireNonNull(text, "text");
        CronFields fields = CronFields.of(text);
        CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
        ExecutionTime minutes = ExecutionTime.forCron(parser.parse(fields.requireValid(parser)));
        CronSchedule schedule = new CronSchedule(text.strip(), fields.zone(), minutes);
        // A leap year is at most eight years away; cron-utils looks further than that.
        if (schedule.minuteAfter(LocalDateTime.of(2000, 1, 1, 0, 0)).isEmpty()) {
            throw new IllegalArgumentException("'" + text.strip() + "' never fires: no month has such a day");
        }
        return schedule;
    }

    /** By whose clocks it fires. */
    public ZoneId zone() {
        return zone;
    }

    /** The first fire time after this moment. */
    public Instant nextAfter(Instant moment) {
        LocalDateTime minute = moment.atZone(zone).toLocalDateTime();
        Instant fireTime;
        do {
            minute = minuteAfter(minute).orElseThrow(() -> new IllegalStateException(this + " has no more fire times"));
            fireTime = momentOf(minute);
        } while (!fireTime.isAfter(moment));
        return fireTime;
    }

    /** The last fire time that is not after this moment. */
    public Instant lastUpTo(Instant moment) {
        ZoneRules rules = zone.getRules();
        LocalDateTime end = moment.atZone(zone)
                .toLocalDateTime()
                .truncatedTo(ChronoUnit.MINUTES)
                .plusMinutes(1);
        ZoneOffsetTransition change = rules.previousTransition(moment.plusNanos(1));
        if (change != null && change.isOverlap() && end.isBefore(change.getDateTimeBefore())) {
            // The second time around: the whole hour has been there once already.
            end = change.getDateTimeBefore();
        }
        return minuteBefore(end)
                .map(this::momentOf)
                .orElseThrow(() -> new IllegalStateException(this + " has no earlier fire times"));
    }

    /** cron-utils sees clocks that are never changed; what a change of the zone's does is decided here alone. */
    private Optional<LocalDateTime> minuteAfter(LocalDateTime minute) {
        return minutes.nextExecution(minute.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
    }

    private Optional<LocalDateTime> minuteBefore(LocalDateTime minute) {
        return minutes.lastExecution(minute.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
    }

    private Instant momentOf(LocalDateTime minute) {
        ZoneOffsetTransition change = zone.getRules().getTransition(minute);
        return change != null && change.isGap()
                ? change.getInstant()
                : ZonedDateTime.ofLocal(minute, zone, null).toInstant();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CronSchedule that && that.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** As it was given. */
    @Override
    public String toString() {
        return text;
    }
}
