package dev.reliability.backup;

import dev.reliability.backup.repository.Repository;
import dev.reliability.core.backup.BackupException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A moment for which a schedule asks for something. */
record FireTime(Instant moment) {
    /** Who is further ahead of the repository's clock would take fire times from those whose clocks are right. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

    private static final Duration POLL = Duration.ofSeconds(1);

    /** @throws IllegalArgumentException if it is not a whole minute */
    FireTime {
        if (!moment.equals(moment.truncatedTo(ChronoUnit.MINUTES))) {
            throw new IllegalArgumentException("a fire time is a whole minute, and " + moment + " is not");
        }
    }

    /** @throws BackupException.Refused if it has not come yet by the repository's clock */
    void requireCome(Repository repository) throws IOException {
        Instant now = repository.now();
        if (moment.isAfter(now.plus(CLOCK_TOLERANCE))) {
            throw new BackupException.Refused(
                    "nothing is done for " + moment + " yet; look at this machine's clock",
                    List.of("it is only " + now + " by the repository's clock"));
        }
    }

    /** Between two looks at whether another operation has ended. */
    static void pause() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
    }
}
