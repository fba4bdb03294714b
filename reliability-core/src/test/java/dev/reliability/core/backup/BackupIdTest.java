package dev.reliability.core.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupIdTest {
    @Test
    void theGuidesId_isItsMomentInUtc() {
        assertThat(BackupId.momentOf("20260103_140000")).contains(Instant.parse("2026-01-03T14:00:00Z"));
        assertThat(BackupId.of(Instant.parse("2026-01-03T14:00:00.999Z"), 1)).isEqualTo("20260103_140000");
    }

    @Test
    void aTakenSecond_getsANumber() {
        assertThat(BackupId.of(Instant.parse("2026-01-03T14:00:00Z"), 2)).isEqualTo("20260103_140000_2");
        assertThat(BackupId.isValid("20260103_140000_2")).isTrue();
        assertThatThrownBy(() -> BackupId.of(Instant.EPOCH, 1000)).hasMessageContaining("1000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "../x",
                "%2e%2e",
                "20260103",
                "20260103_1400",
                "20260103-140000",
                "20260103_140000_1",
                "20260103_140000_02",
                "20260103_140000_1000",
                "20260103_140000/",
                "20261303_140000",
                "20260230_140000",
                "20260103_240000",
                "20260103_146000",
                " 20260103_140000",
                "20260103_140000\n",
                "２０２６０１０３_140000"
            })
    void anythingElse_isNotAnId(String text) {
        assertThat(BackupId.isValid(text)).isFalse();
    }

    @Test
    void everyMoment_comesBackFromItsId() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            Instant moment = Instant.EPOCH.plus(Duration.ofSeconds(random.nextLong(7_000_000_000L)));
            int ordinal = 1 + random.nextInt(999);
            String id = BackupId.of(moment, ordinal);
            assertThat(BackupId.momentOf(id)).as("seed %s, id %s", seed, id).contains(moment);
        }
    }
}
