package dev.reliability.backup.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random cron lines in random zones, compared with a model that looks at every minute. */
class CronModelTest {
    private static final List<String> ZONES = List.of(
            "UTC",
            "Asia/Shanghai",
            "Europe/Berlin",
            "America/New_York",
            "Australia/Lord_Howe", // changes by half an hour
            "America/Sao_Paulo", // changed at midnight
            "Pacific/Apia", // skipped 30 December 2011
            "Asia/Kathmandu");

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void next_and_last_are_those_of_the_model(long seed) {
        Random random = new Random(seed);
        Line line = Line.random(random);
        ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
        Instant middle = aMomentNearAChange(zone, random);
        Instant from = middle.minus(Duration.ofDays(3)).truncatedTo(ChronoUnit.MINUTES);
        Instant to = middle.plus(Duration.ofDays(3)).truncatedTo(ChronoUnit.MINUTES);
        NavigableSet<Instant> expected = model(line, zone, from, to);
        CronSchedule schedule = CronSchedule.parse(line + " " + zone);

        for (int i = 0; i < 40; i++) {
            Instant moment =
                    from.plusSeconds(random.nextLong(Duration.between(from, to).toSeconds()));
            Instant next = schedule.nextAfter(moment);
            Instant last = schedule.lastUpTo(moment);
            String told = "seed " + seed + ": '" + schedule + "' at " + moment;
            if (expected.higher(moment) == null) {
                assertThat(next).as(told).isAfter(to);
            } else {
                assertThat(next).as(told).isEqualTo(expected.higher(moment));
            }
            if (expected.floor(moment) == null) {
                assertThat(last).as(told).isBefore(from);
            } else {
                assertThat(last).as(told).isEqualTo(expected.floor(moment));
            }
        }
    }

    private static Instant aMomentNearAChange(ZoneId zone, Random random) {
        Instant any = Instant.parse("2010-01-01T00:00:00Z").plus(Duration.ofDays(random.nextInt(6_000)));
        var change = zone.getRules().nextTransition(any);
        return change == null || random.nextInt(4) == 0 ? any : change.getInstant();
    }

    /** Walks the clocks of the zone minute by minute, skipped minutes too. */
    private static NavigableSet<Instant> model(Line line, ZoneId zone, Instant from, Instant to) {
        NavigableSet<Instant> times = new TreeSet<>();
        LocalDateTime end = LocalDateTime.ofInstant(to, ZoneOffset.UTC).plusDays(2);
        for (LocalDateTime minute =
                        LocalDateTime.ofInstant(from, ZoneOffset.UTC).minusDays(2);
                minute.isBefore(end);
                minute = minute.plusMinutes(1)) {
            if (line.names(minute)) {
                List<ZoneOffset> offsets = zone.getRules().getValidOffsets(minute);
                Instant fires = offsets.isEmpty()
                        ? zone.getRules().getTransition(minute).getInstant()
                        : minute.toInstant(offsets.get(0));
                if (!fires.isBefore(from) && !fires.isAfter(to)) {
                    times.add(fires);
                }
            }
        }
        return times;
    }

    /** A field as text, and what it means. */
    private record Field(String text, IntPredicate matches) {
        static Field random(Random random, int from, int to) {
            int a = from + random.nextInt(to - from + 1);
            int b = a + random.nextInt(to - a + 1);
            int step = 1 + random.nextInt(Math.max(1, (to - from) / 2));
            return switch (random.nextInt(6)) {
                case 0 -> new Field(a + "-" + b, v -> v >= a && v <= b);
                case 1 -> new Field("*/" + step, v -> (v - from) % step == 0);
                case 2 -> new Field(a + "," + b, v -> v == a || v == b);
                case 3 -> new Field(a + "-" + b + "/" + step, v -> v >= a && v <= b && (v - a) % step == 0);
                case 4 -> new Field("" + a, v -> v == a);
                default -> new Field("*", v -> true);
            };
        }

        boolean isAny() {
            return text.equals("*") || text.equals("*/1");
        }
    }

    private record Line(Field minute, Field hour, Field day, Field month, Field weekday) {
        static Line random(Random random) {
            Line line;
            do {
                line = new Line(
                        Field.random(random, 0, 59),
                        Field.random(random, 0, 23),
                        random.nextBoolean() ? new Field("*", v -> true) : Field.random(random, 1, 31),
                        random.nextInt(3) > 0 ? new Field("*", v -> true) : Field.random(random, 1, 12),
                        random.nextBoolean() ? new Field("*", v -> true) : Field.random(random, 0, 6));
            } while (line.neverFires());
            return line;
        }

        boolean neverFires() {
            return IntStream.range(0, 366 * 4)
                    .mapToObj(i -> LocalDateTime.of(2024, 1, 1, 0, 0).plusDays(i))
                    .noneMatch(this::namesDay);
        }

        boolean names(LocalDateTime time) {
            return minute.matches().test(time.getMinute()) && hour.matches().test(time.getHour()) && namesDay(time);
        }

        boolean namesDay(LocalDateTime time) {
            boolean ofMonth = day.matches().test(time.getDayOfMonth());
            boolean ofWeek = weekday.matches().test(time.getDayOfWeek().getValue() % 7);
            boolean either = !day.isAny() && !weekday.isAny();
            return month.matches().test(time.getMonthValue()) && (either ? ofMonth || ofWeek : ofMonth && ofWeek);
        }

        @Override
        public String toString() {
            return String.join(" ", minute.text(), hour.text(), day.text(), month.text(), weekday.text());
        }
    }
}
