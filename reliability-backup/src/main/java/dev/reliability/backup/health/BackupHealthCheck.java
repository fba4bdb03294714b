package dev.reliability.backup.health;

import dev.reliability.backup.BackupFigures;
import dev.reliability.backup.FiguresReader;
import dev.reliability.core.health.Health;
import dev.reliability.core.health.HealthCheck;
import dev.reliability.core.health.Message;
import dev.reliability.core.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * The component {@code backup}: degraded when a backup was found damaged, when the newest one that a test restore proved
 * is older than it may be, and when the repository has not been read for ten minutes; never unhealthy, as nothing that is
 * live suffers. It answers from what a {@link FiguresReader} has read.
 *
 * <pre>{@code
 * monitor.check(new BackupHealthCheck(figures, Duration.ofDays(7), TimeSource.system()));
 * }</pre>
 *
 * <p>Safe for use by any thread.
 */
public final class BackupHealthCheck implements HealthCheck {
    /** Ten times what a reader that works takes. */
    private static final Duration STALE = FiguresReader.REFRESH.multipliedBy(10);

    private static final Message OK = Message.of("backup.ok", "backups restore");
    private static final Message YOUNG = Message.of("backup.young", "no backup had to be restored for a test yet");
    private static final Message OVERDUE = Message.of("backup.overdue", "no recent backup was restored for a test");
    private static final Message DAMAGED = Message.of("backup.damaged", "a backup is damaged");
    private static final Message UNKNOWN = Message.of("backup.unknown", "the backups can not be read");

    private final FiguresReader reader;
    private final Duration maxAge;
    private final TimeSource time;

    /**
     * Looks at these figures.
     *
     * @param reader whoever made it starts and closes it
     * @param maxAge how old the newest backup may be that a test restore proved; where none was, how old the repository
     * @throws IllegalArgumentException if that is not more than zero
     */
    public BackupHealthCheck(FiguresReader reader, Duration maxAge, TimeSource time) {
        this.reader = Objects.requireNonNull(reader, "reader");
        this.maxAge = Objects.requireNonNull(maxAge, "maxAge");
        this.time = Objects.requireNonNull(time, "time");
        if (maxAge.isNegative() || maxAge.isZero()) {
            throw new IllegalArgumentException("maxAge is " + maxAge + ", must be more than zero");
        }
    }

    @Override
    public String name() {
        return "backup";
    }

    /** With {@code damaged} and {@code newest_test_restored} as details. */
    @Override
    public Health check() {
        BackupFigures figures = reader.last().orElse(null);
        if (figures == null || reader.age().orElse(STALE).compareTo(STALE) >= 0) {
            return Health.degraded(UNKNOWN);
        }
        Health health = judged(figures).with("damaged", figures.damaged());
        Instant restored = figures.newestTestRestored();
        return restored == null ? health : health.with("newest_test_restored", restored.toString());
    }

    private Health judged(BackupFigures figures) {
        if (figures.damaged() > 0) {
            return Health.degraded(DAMAGED);
        }
        Instant restored = figures.newestTestRestored();
        if (isOlder(restored == null ? figures.since() : restored)) {
            return Health.degraded(OVERDUE);
        }
        return Health.healthy(restored == null ? YOUNG : OK);
    }

    private boolean isOlder(Instant moment) {
        return Duration.between(moment, time.now()).compareTo(maxAge) > 0;
    }
}
