package dev.reliability.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoDurationTest {

    /** The right column is what Go's {@code time.Duration.String()} prints. */
    @ParameterizedTest
    @CsvSource({
        "PT2H30M45S, 2h30m45s",
        "PT45S, 45s",
        "PT0S, 0s",
        "PT1M, 1m0s",
        "PT1H, 1h0m0s",
        "PT1H5S, 1h0m5s",
        "P3D, 72h0m0s",
        "P400D, 9600h0m0s",
        "PT59M59S, 59m59s",
        "PT1.5S, 1.5s",
        "PT1M0.000000001S, 1m0.000000001s",
        "PT1H15M30.918273645S, 1h15m30.918273645s",
        "PT0.25S, 250ms",
        "PT0.0015S, 1.5ms",
        "PT0.00001S, 10µs",
        "PT0.0000011S, 1.1µs",
        "PT0.000000005S, 5ns",
        "PT-1M-30S, -1m30s",
        "PT-0.5S, -500ms",
    })
    void duration_looksAsGoPrintsIt(Duration duration, String expected) {
        assertThat(GoDuration.format(duration)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"PT0.999S, 0s", "PT1M59.999S, 1m59s", "PT2H30M45.5S, 2h30m45s"})
    void wholeSeconds_leaveTheRestAway(Duration duration, String expected) {
        assertThat(GoDuration.formatWholeSeconds(duration)).isEqualTo(expected);
    }

    @Test
    void durationLongerThanNanosecondsCanCount_isPrinted() {
        assertThat(GoDuration.format(Duration.ofDays(365_000))).isEqualTo("8760000h0m0s");
    }
}
