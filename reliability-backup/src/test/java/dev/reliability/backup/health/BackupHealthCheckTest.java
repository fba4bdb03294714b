package dev.reliability.backup.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.BackupFigures;
import dev.reliability.backup.FiguresReader;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.health.Health;
import dev.reliability.core.health.HealthMessages;
import dev.reliability.core.health.HealthStatus;
import dev.reliability.core.health.Message;
import dev.reliability.core.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BackupHealthCheckTest {
    private static final Duration WEEK = Duration.ofDays(7);

    private final ManualTime time = new ManualTime();
    private final Instant madeAt = time.now();
    private final FiguresReader reader = new FiguresReader(this::read, time);
    private final BackupHealthCheck check = new BackupHealthCheck(reader, WEEK, time);

    private @Nullable Instant restored;
    private int damaged;
    private boolean outOfReach;

    @Test
    void it_is_healthy_while_the_newest_backup_that_a_test_restore_proved_is_young_enough() {
        restored = madeAt;
        time.advance(WEEK);

        assertThat(looked()).isEqualTo(HealthStatus.HEALTHY);
        assertThat(check.check().details())
                .containsEntry("newest_test_restored", madeAt.toString())
                .containsEntry("damaged", 0);
        time.advance(Duration.ofSeconds(1));
        assertThat(looked()).isEqualTo(HealthStatus.DEGRADED);
        assertThat(check.check().message().key()).isEqualTo("backup.overdue");
    }

    @Test
    void where_no_test_restore_proved_any_it_is_the_repository_that_may_not_be_older() {
        time.advance(WEEK);

        assertThat(looked()).isEqualTo(HealthStatus.HEALTHY);
        assertThat(check.check().message().key()).isEqualTo("backup.young");
        time.advance(Duration.ofSeconds(1));
        assertThat(looked()).isEqualTo(HealthStatus.DEGRADED);
    }

    @Test
    void a_damaged_backup_degrades_however_young_a_proof_is() {
        restored = time.now();
        damaged = 1;

        assertThat(looked()).isEqualTo(HealthStatus.DEGRADED);
        Health health = check.check();
        assertThat(health.message().key()).isEqualTo("backup.damaged");
        assertThat(health.details()).containsEntry("damaged", 1);
    }

    @Test
    void what_was_not_read_yet_or_not_for_ten_minutes_is_not_known() {
        assertThat(check.check().message().key()).isEqualTo("backup.unknown");
        restored = time.now();
        assertThat(looked()).isEqualTo(HealthStatus.HEALTHY);

        outOfReach = true;
        time.advance(Duration.ofMinutes(10).minusSeconds(1));
        assertThat(looked()).isEqualTo(HealthStatus.HEALTHY);
        time.advance(Duration.ofSeconds(1));
        assertThat(looked()).isEqualTo(HealthStatus.DEGRADED);
        assertThat(check.check().message().key()).isEqualTo("backup.unknown");
    }

    @Test
    void whatever_it_says_it_says_in_both_languages() {
        List<Message> said = new ArrayList<>();
        said.add(check.check().message());
        looked();
        said.add(check.check().message());
        restored = madeAt;
        looked();
        said.add(check.check().message());
        time.advance(WEEK.plusSeconds(1));
        looked();
        said.add(check.check().message());
        damaged = 1;
        looked();
        said.add(check.check().message());

        assertThat(said).extracting(Message::key).doesNotHaveDuplicates();
        for (Message message : said) {
            assertThat(HealthMessages.of("en").text(message)).isEqualTo(message.fallback());
            assertThat(HealthMessages.of("zh-CN").text(message)).isNotEqualTo(message.fallback());
        }
    }

    @Test
    void an_age_of_nothing_is_refused() {
        assertThatThrownBy(() -> new BackupHealthCheck(reader, Duration.ZERO, time))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxAge is PT0S");
    }

    private HealthStatus looked() {
        reader.refresh();
        return check.check().status();
    }

    private BackupFigures read() {
        if (outOfReach) {
            throw new BackupException.Unavailable("the disk is gone", Duration.ofSeconds(10), null);
        }
        return new BackupFigures(Map.of(), Map.of(), restored, restored, damaged, madeAt, Map.of());
    }
}
