package dev.reliability.sample.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.BackupManager;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.s3.S3Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four real processes make, delete and clean up backups in one repository while they are killed and stopped at random, and
 * right before a manifest, a list of trash and a delete for two minutes. All the time every byte of every backup that is
 * listed is what its manifest says, no backup that was told to be made is missing, nobody takes the lease before its time,
 * and it is taken again within 30 s.
 *
 * <p>{@code -Ddrill.replicas=PT1H} goes on for an hour, {@code -Ddrill.store=s3} on an S3 server; by default one is stopped
 * once, in a folder.
 */
@ExtendWith(PrivatePostgres.Shared.class)
class ReplicasDrillTest {
    private static final Duration LENGTH = Duration.parse(System.getProperty("drill.replicas", "PT0S"));
    private static final boolean IN_S3 = "s3".equals(System.getProperty("drill.store"));
    private static final long SEED = Long.getLong("drill.seed", System.nanoTime());
    private static final Duration LONG_STOP = Duration.ofSeconds(120);
    private static final Duration DAY = LONG_STOP.plusSeconds(30);
    private static final Duration SHORT_STOP = Duration.ofSeconds(22);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration LONGEST_LOOK = Duration.ofMinutes(10);
    private static final int REPLICAS = 4;
    private static final int CONTENTS = 30;
    private static final int KEYS = 12;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private final Random random = new Random(SEED);
    private final PrivatePostgres postgres;
    private ObjectStore objects;
    private Witness witness;
    private Fleet fleet;
    private int looks;

    ReplicasDrillTest(PrivatePostgres postgres) {
        this.postgres = postgres;
    }

    @Test
    void many_writers_that_die_and_sleep_never_harm_a_backup() throws Exception {
        objects = LocalObjectStore.open(folder.resolve("objects"));
        for (int i = 0; i < KEYS; i++) {
            change(i);
        }
        try (S3Server s3 = IN_S3 ? S3Server.inFolder(folder.resolve("s3")) : null) {
            String where = s3 == null ? folder.resolve("repository").toString() : s3.endpoint() + "/replicas";
            ObjectStore repository = Replica.repository(where);
            witness = new Witness(repository);
            try (Fleet running = new Fleet(arguments(where))) {
                fleet = running;
                if (LENGTH.isZero()) {
                    stopOneBefore(StoppingStore.Step.MANIFEST, SHORT_STOP);
                } else {
                    disturb();
                }
                fleet.end();
                look();
            }
            int restored = restoreAll(repository);
            System.out.printf(
                    "%s in %s: %s; %s; %d looks at all backups; %d restored at the end (seed %d)%n",
                    LENGTH.isZero() ? "one stop" : LENGTH,
                    IN_S3 ? "S3" : "a folder",
                    fleet.counts(),
                    witness,
                    looks,
                    restored,
                    SEED);
        }
    }

    private List<List<String>> arguments(String where) {
        List<List<String>> all = new ArrayList<>();
        String database = postgres.createDatabase();
        postgres.execute(PrivatePostgres.ROLE, database, "CREATE TABLE t AS SELECT generate_series(1, 1000) AS id");
        for (int i = 0; i < REPLICAS; i++) {
            String config = postgres.port() + ":" + PrivatePostgres.ROLE + ":" + postgres.password(PrivatePostgres.ROLE)
                    + ":" + database;
            all.add(List.of(
                    where,
                    folder.resolve("objects").toString(),
                    "host-" + i,
                    Long.toString(SEED + i),
                    Long.toString(DAY.toSeconds()),
                    i == 0 ? config : "-"));
        }
        return all;
    }

    // ---- disturbances

    private void disturb() throws Exception {
        long end = System.nanoTime() + LENGTH.toNanos();
        StoppingStore.Step[] steps = StoppingStore.Step.values();
        for (int i = 0; System.nanoTime() < end; i++) {
            int number = random.nextInt(REPLICAS);
            switch (i % 4) {
                case 0 -> fleet.replace(number);
                case 1 -> {
                    fleet.stop(number);
                    watch(Duration.ofMillis(random.nextInt(500, 30_000)));
                    fleet.go(number);
                }
                case 2 -> stopOneBefore(steps[(i / 4) % steps.length], LONG_STOP);
                default -> {
                    fleet.replace(number);
                    watch(Duration.ofMillis(random.nextInt(0, 500)));
                    fleet.replace(random.nextInt(REPLICAS));
                }
            }
            watch(Duration.ofMillis(random.nextInt(500, 10_000)));
        }
    }

    /** Whoever comes to this step first stands still there, for this long. */
    private void stopOneBefore(StoppingStore.Step step, Duration length) throws Exception {
        for (int i = 0; i < fleet.size(); i++) {
            fleet.arm(i, step);
        }
        long deadline = System.nanoTime() + DAY.multipliedBy(2).toNanos();
        while (!anyHasStoppedItself() && System.nanoTime() < deadline) {
            watch(Duration.ofMillis(100));
        }
        assertThat(anyHasStoppedItself())
                .as("seed %d: one came to %s", SEED, step)
                .isTrue();
        fleet.disarm();
        watch(length);
        for (int i = 0; i < fleet.size(); i++) {
            if (fleet.hasStoppedItself(i)) {
                fleet.go(i);
            }
        }
        watch(Duration.ofSeconds(1));
    }

    private boolean anyHasStoppedItself() {
        for (int i = 0; i < fleet.size(); i++) {
            if (fleet.hasStoppedItself(i)) {
                return true;
            }
        }
        return false;
    }

    // ---- what is looked at

    /** Lets time pass, in which objects change and everything is looked at. */
    private void watch(Duration length) throws Exception {
        long end = System.nanoTime() + length.toNanos();
        Awaitility.await()
                .pollInSameThread()
                .pollInterval(LOOK)
                .timeout(length.plus(LONGEST_LOOK))
                .until(() -> {
                    changeAndLook();
                    return System.nanoTime() >= end;
                });
    }

    private void changeAndLook() throws Exception {
        change(random.nextInt(KEYS));
        boolean anyoneRuns = false;
        for (int i = 0; i < fleet.size(); i++) {
            anyoneRuns |= !fleet.isStanding(i);
        }
        witness.lookAtLease(anyoneRuns);
        if (random.nextInt(10) == 0) {
            look();
        }
    }

    private void look() throws IOException {
        // In this order: what is told to be made or begins to be deleted while it looks, is not held against them.
        Set<String> expected = fleet.toBeThere();
        Set<String> there = witness.lookAtBackups(id -> !fleet.toBeThere().contains(id));
        looks++;
        expected.retainAll(fleet.toBeThere());
        assertThat(there).as("seed %d: backups that were told to be made", SEED).containsAll(expected);
    }

    /** Contents come again, so that blobs are named, given up, and named once more. */
    private void change(int key) throws IOException {
        String content = ("content " + random.nextInt(CONTENTS) + "\n").repeat(500);
        objects.put("object-" + key, ObjectAttributes.NONE, ObjectBody.of(content.getBytes(StandardCharsets.UTF_8)));
    }

    private int restoreAll(ObjectStore repository) throws Exception {
        int restored = 0;
        ObjectStore empty = LocalObjectStore.open(folder.resolve("restored"));
        try (BackupManager backups = BackupManager.builder(repository)
                .signingKeys(List.of(Replica.SIGNING_KEY))
                .objects(empty, null)
                .build()) {
            List<Backup> all = backups.list(new BackupQuery(
                            BackupType.STORAGE, BackupQuery.all().statuses(), 1000))
                    .backups();
            for (Backup backup : all) {
                OperationStatus ended =
                        backups.await(backups.restore(backup.id(), RestoreOptions.defaults(), new Caller("drill"))
                                .id());
                assertThat(ended.status())
                        .as("%s: %s", backup.id(), ended.message())
                        .isEqualTo(OperationStatus.Status.COMPLETED);
                restored++;
            }
        }
        return restored;
    }
}
