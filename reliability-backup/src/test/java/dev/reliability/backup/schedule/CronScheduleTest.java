package dev.reliability.backup.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronScheduleTest {
    @Test
    void it_fires_in_utc_unless_it_names_a_zone() {
        CronSchedule utc = CronSchedule.parse("0 2 * * *");
        CronSchedule shanghai = CronSchedule.parse("0 2 * * * Asia/Shanghai");

        assertThat(utc.zone()).isEqualTo(ZoneOffset.UTC);
        assertThat(utc.nextAfter(at("2026-01-03T14:00:00Z"))).isEqualTo("2026-01-04T02:00:00Z");
        assertThat(shanghai.zone()).isEqualTo(ZoneId.of("Asia/Shanghai"));
        assertThat(shanghai.nextAfter(at("2026-01-03T14:00:00Z"))).isEqualTo("2026-01-03T18:00:00Z");
        assertThat(shanghai).hasToString("0 2 * * * Asia/Shanghai");
    }

    @Test
    void a_fire_time_is_the_last_up_to_itself_and_not_the_next() {
        CronSchedule hourly = CronSchedule.parse("0 * * * *");

        assertThat(hourly.lastUpTo(at("2026-01-03T14:00:00Z"))).isEqualTo("2026-01-03T14:00:00Z");
        assertThat(hourly.lastUpTo(at("2026-01-03T13:59:59.999Z"))).isEqualTo("2026-01-03T13:00:00Z");
        assertThat(hourly.nextAfter(at("2026-01-03T14:00:00Z"))).isEqualTo("2026-01-03T15:00:00Z");
        assertThat(hourly.nextAfter(at("2026-01-03T13:59:59.999Z"))).isEqualTo("2026-01-03T14:00:00Z");
    }

    @Test
    void if_both_days_are_restricted_either_is_enough() {
        // 2026-01-13 is a Tuesday.
        assertThat(fireTimes("0 0 13 * 5", "2026-01-08T00:00:00Z", "2026-01-17T00:00:00Z"))
                .containsExactly("2026-01-09T00:00:00Z", "2026-01-13T00:00:00Z", "2026-01-16T00:00:00Z");
    }

    @Test
    void sunday_is_0_and_7() {
        assertThat(CronSchedule.parse("0 0 * * 0").nextAfter(at("2026-01-03T14:00:00Z")))
                .isEqualTo(CronSchedule.parse("0 0 * * 7").nextAfter(at("2026-01-03T14:00:00Z")))
                .isEqualTo("2026-01-04T00:00:00Z");
    }

    @Test
    void a_minute_that_clocks_skip_fires_when_they_are_set_forward() {
        // Berlin, 2026-03-29: 02:00 is followed by 03:00, which is 01:00 UTC.
        assertThat(fireTimes("30 2 * * * Europe/Berlin", "2026-03-27T12:00:00Z", "2026-03-31T12:00:00Z"))
                .containsExactly(
                        "2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z");
        assertThat(fireTimes("*/20 2 * * * Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T12:00:00Z"))
                .containsExactly("2026-03-29T01:00:00Z");
    }

    @Test
    void a_minute_that_comes_twice_fires_the_first_time() {
        // Berlin, 2026-10-25: 03:00 is followed by 02:00; the first 02:30 is 00:30 UTC, the second 01:30.
        assertThat(fireTimes("30 2 * * * Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z"))
                .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
        assertThat(fireTimes("*/30 * * * * Europe/Berlin", "2026-10-24T23:59:00Z", "2026-10-25T03:00:00Z"))
                .containsExactly(
                        "2026-10-25T00:00:00Z",
                        "2026-10-25T00:30:00Z",
                        "2026-10-25T02:00:00Z",
                        "2026-10-25T02:30:00Z",
                        "2026-10-25T03:00:00Z");
        assertThat(CronSchedule.parse("30 2 * * * Europe/Berlin").lastUpTo(at("2026-10-25T01:10:00Z")))
                .isEqualTo("2026-10-25T00:30:00Z");
    }

    @Test
    void a_leap_day_is_waited_for() {
        assertThat(CronSchedule.parse("0 0 29 2 *").nextAfter(at("2026-01-03T14:00:00Z")))
                .isEqualTo("2028-02-29T00:00:00Z");
        assertThat(CronSchedule.parse("0 0 29 2 *").lastUpTo(at("2026-01-03T14:00:00Z")))
                .isEqualTo("2024-02-29T00:00:00Z");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            61 2 * * *             | the minute '61' at column 1
            0 24 * * *             | the hour '24' at column 3
            0 2 0 * *              | the day of month '0' at column 5
            0 2 * 13 *             | the month '13' at column 7
            0 2 * * 8              | the day of week '8' at column 9
            0  2 * * x             | the day of week 'x' at column 10
            0/0x 2 * * *           | the minute '0/0x' at column 1
            0 5-1- * * *           | the hour '5-1-' at column 3
            0 2 * * * Mars/Olympus | the time zone 'Mars/Olympus' at column 11
            0 2 * * * UTC 2026     | '2026' at column 15 follows
            0 2 * *                | ends at column 8, where the day of week should be
            0 0 30 2 *             | never fires
            @daily                 | where the hour should be
            """)
    void what_is_wrong_is_named_with_its_place(String text, String place) {
        assertThatThrownBy(() -> CronSchedule.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(place);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   "})
    void nothing_is_no_schedule(String text) {
        assertThatThrownBy(() -> CronSchedule.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("minute");
    }

    @Test
    void a_text_that_is_far_too_long_is_not_read() {
        assertThatThrownBy(() -> CronSchedule.parse("1,".repeat(10_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("20000 characters");
    }

    private static List<String> fireTimes(String schedule, String after, String upTo) {
        List<String> times = new ArrayList<>();
        CronSchedule parsed = CronSchedule.parse(schedule);
        for (Instant time = parsed.nextAfter(at(after)); !time.isAfter(at(upTo)); time = parsed.nextAfter(time)) {
            times.add(time.toString());
        }
        return times;
    }

    private static Instant at(String moment) {
        return Instant.parse(moment);
    }
}
