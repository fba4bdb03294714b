package dev.reliability.backup.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reliability.backup.faults.BackupProcess.Death;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.storage.ForkedJvm;
import dev.reliability.core.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that makes a backup is killed with -9 at random moments; what is promised then is said in {@link
 * BackupSite#survive}. A dozen moments by default, others with {@code -Dcrash.moments=500}, {@code -Dcrash.seed}.
 */
@ExtendWith(PrivatePostgres.Shared.class)
class KilledBackupsTest {
    private static final int MOMENTS = Integer.getInteger("crash.moments", 12);
    private static final long SEED = Long.getLong("crash.seed", 20260103);

    private final TimeSource time = TimeSource.system();
    private final Map<BackupType, Duration> lives = new ConcurrentHashMap<>();
    private final PrivatePostgres server;

    @TempDir
    Path folder;

    KilledBackupsTest(PrivatePostgres server) {
        this.server = server;
    }

    @Test
    void killedAtAnyMoment_itIsAWholeBackupOrNone_andTheNextOneLeavesNothingOfIt() throws Exception {
        measureLives();
        Random random = new Random(SEED);
        List<Drill.Round> rounds = new ArrayList<>();
        for (int i = 0; i < MOMENTS; i++) {
            BackupType type = BackupType.values()[i % BackupType.values().length];
            long micros = Math.round(random.nextDouble() * 1.2 * lives.get(type).toNanos() / 1000);
            rounds.add(new Drill.Round(
                    "seed " + SEED + ", kill " + i + ": a " + type + " backup after " + micros + " us",
                    on -> kill(on, type, micros)));
        }

        int whole = Drill.inARow(server, folder.resolve("killed")).run(rounds);

        System.out.printf(
                "%d kills within lives of %s: %d of the backups were whole by then, %d were none%n",
                MOMENTS, lives, whole, MOMENTS - whole);
    }

    /** The longest of some, while as many others live as later, when they are killed. */
    private void measureLives() throws Exception {
        List<Drill.Round> unharmed = new ArrayList<>();
        for (BackupType type : BackupType.values()) {
            for (int i = 0; i < Drill.SITES; i++) {
                unharmed.add(new Drill.Round("an unharmed " + type, on -> {
                    Duration life = live(on, type);
                    lives.merge(type, life, (a, b) -> a.compareTo(b) < 0 ? b : a);
                }));
            }
        }
        assertThat(Drill.inARow(server, folder.resolve("unharmed")).run(unharmed))
                .isEqualTo(unharmed.size());
    }

    private Duration live(BackupSite on, BackupType type) throws Exception {
        try (ForkedJvm process = BackupProcess.start(on, type, Death.NONE, List.of())) {
            BackupProcess.awaitBeginning(process);
            long began = time.nanoTime();
            BackupProcess.awaitEnd(process, line -> {});
            return time.since(began);
        }
    }

    private static void kill(BackupSite on, BackupType type, long micros) throws Exception {
        try (ForkedJvm process = BackupProcess.start(on, type, Death.NONE, List.of())) {
            BackupProcess.awaitBeginning(process);
            boolean unused = process.endsWithin(micros);
            List<ProcessHandle> children = process.descendants();
            process.kill();
            await("pg_dump ends when nobody reads it")
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
        }
    }
}
