package dev.reliability.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.retention.RetentionModel.Known;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupId;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The real manager in random histories: backups that end in every way, foreign files, deletions, clean-ups with their
 * sweeps, and clocks that are set. A small model says which backups each clean-up may delete. {@code
 * -Dretention.histories=10000} for many.
 */
class RetentionModelTest {
    private static final Caller ALICE = new Caller("alice");
    private static final List<String> CONTENTS = List.of("0", "1", "2", "3", "4", "5");
    private static final EnumSet<BackupStatus> ANY = EnumSet.allOf(BackupStatus.class);

    private static int deleted;
    private static int blobsDeleted;
    private static int refused;
    private static int spared;

    private final List<String> told = new ArrayList<>();
    private Random random;
    private RetentionModel model;
    private RetentionHistory history;

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("retention.histories", 200));
    }

    @AfterAll
    static void the_histories_were_not_all_alike() {
        assertThat(deleted).as("backups that went").isPositive();
        assertThat(blobsDeleted).as("blobs that went").isPositive();
        assertThat(refused).as("clean-ups that the clocks kept from deleting").isPositive();
        assertThat(spared).as("old backups that stayed").isPositive();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void no_history_loses_what_is_to_be_kept(long seed) throws IOException {
        random = new Random(seed);
        model = new RetentionModel(1 + random.nextInt(8), 1 + random.nextInt(3), random.nextBoolean());
        try (RetentionHistory made = new RetentionHistory(model)) {
            history = made;
            for (int steps = 10 + random.nextInt(20); steps > 0; steps--) {
                step();
                requireAllThere();
            }
            leaveNothingBehind();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ", " + model + ": " + String.join(", ", told), e);
        }
    }

    private void step() throws IOException {
        int dice = random.nextInt(100);
        if (dice < 40) {
            makeBackup();
        } else if (dice < 60) {
            letTimePass();
        } else if (dice < 80) {
            cleanUp();
        } else if (dice < 86) {
            delete();
        } else if (dice < 94) {
            setClocks();
        } else {
            plant();
        }
    }

    private void makeBackup() throws IOException {
        BackupType type = BackupType.values()[random.nextInt(3)];
        BackupStatus status =
                random.nextInt(10) < 6 ? BackupStatus.COMPLETED : BackupStatus.values()[random.nextInt(5)];
        boolean signed = model.onlySigned() && random.nextInt(4) > 0;
        Set<String> contents =
                CONTENTS.stream().filter(c -> random.nextInt(3) == 0).collect(Collectors.toSet());
        String id = history.make(type, status, signed, contents, random.nextInt(3) == 0);
        told.add(status.wireName() + " " + type.wireName() + " " + id + (signed ? " signed " : " ") + contents);
    }

    /** Often whole days: what matters happens at their borders. */
    private void letTimePass() {
        Duration passed = random.nextBoolean()
                ? Duration.ofDays(1 + random.nextInt(4))
                : Duration.ofSeconds(random.nextInt(3 * 24 * 3600));
        history.time.advance(passed);
        told.add("+" + passed);
    }

    private void setClocks() {
        switch (random.nextInt(4)) {
            case 0 -> history.skew = history.skew.plusHours(random.nextInt(48) - 24L);
            case 1 -> {
                Duration by = Duration.ofMinutes(random.nextInt(6_000) - 3_000L);
                history.time.jumpWallClock(by);
                history.skew = history.skew.minus(by);
            }
            case 2 -> history.time.jumpWallClock(Duration.ofHours(random.nextInt(96) - 48L));
            default ->
                history.skew = Duration.ofSeconds(List.of(0, 60, -60, 61, -61).get(random.nextInt(5)));
        }
        told.add("store " + history.storeNow() + " machine " + history.time.now());
    }

    private void plant() {
        String id = history.known.isEmpty() || random.nextBoolean()
                ? BackupId.of(history.storeNow().minusSeconds(random.nextInt(10_000_000)), 7)
                : anyOf(history.known.keySet());
        String key = anyOf(List.of(
                "notes.txt",
                "database/by_hand.sql.gz",
                "database/backup_" + id + ".sql",
                "storage/" + id + "/notes.txt",
                "blobs/plain/README",
                "blobs/plain/ab/" + "ab".repeat(31) + "ag",
                ".repository/mine/" + id,
                "full/" + id + "/manifest.json"));
        history.plant(key, "somebody's");
        // What lies in the place of its manifest may be more than its record says, so it is nobody's to clean up.
        history.known
                .values()
                .removeIf(b -> b.type() == BackupType.FULL
                        && !b.status().exists()
                        && history.foreign.containsKey("full/" + b.id() + "/manifest.json"));
        told.add("planted " + key);
    }

    private void delete() {
        if (!history.known.isEmpty()) {
            String id = anyOf(history.known.keySet());
            told.add("delete " + id);
            history.manager.delete(id, ALICE);
            history.nobodyRunsAnyMore();
            history.known.remove(id);
        }
    }

    private void cleanUp() {
        if (model.doubts(history.all(), history.storeNow(), history.time.now())) {
            refuse();
            return;
        }
        List<Known> before = history.all();
        List<String> dryRun = history.manager.planCleanup();
        Set<String> blobs = Set.copyOf(history.store.keys(Layout.BLOBS));
        told.add("clean up " + dryRun);

        assertThat(history.manager.cleanup(ALICE))
                .as("what the dry run printed")
                .isEqualTo(dryRun);
        history.nobodyRunsAnyMore();
        assertThat(dryRun).as("what may go").isEqualTo(model.goners(before, history.storeNow()));

        history.known.keySet().removeAll(dryRun);
        requireKept(before, backup -> backup.type().hasDatabase());
        requireKept(before, backup -> backup.type().hasStorage());
        requireKept(before, backup -> backup.type() == BackupType.FULL);
        deleted += dryRun.size();
        blobsDeleted += blobs.size() - history.store.keys(Layout.BLOBS).size();
        spared += (int) history.all().stream()
                .filter(backup -> backup.createdAt().isBefore(history.storeNow().minus(Duration.ofDays(model.days()))))
                .count();
    }

    /** The newest good one is there, and as many good ones as are asked for, if there were so many. */
    private void requireKept(List<Known> before, Predicate<Known> holds) {
        List<Known> good = before.stream()
                .filter(holds.and(Known::good).and(model::ours))
                .sorted(RetentionModel.NEWEST_FIRST)
                .toList();
        boolean fullOnes = good.stream().allMatch(backup -> backup.type() == BackupType.FULL);
        assertThat(history.known.keySet())
                .as("the newest good ones")
                .containsAll(good.stream()
                        .limit(fullOnes ? 1 : model.minimum())
                        .map(Known::id)
                        .toList());
    }

    private void refuse() {
        told.add("clean up by doubtful clocks");
        Map<String, String> files = history.visible();
        Set<String> listed = listed();

        assertThatThrownBy(() -> history.manager.planCleanup()).isInstanceOf(BackupException.Refused.class);
        assertThatThrownBy(() -> history.manager.cleanup(ALICE)).isInstanceOf(BackupException.Refused.class);

        history.nobodyRunsAnyMore();
        Map<String, String> after = history.visible();
        assertThat(after).as("files").containsAllEntriesOf(files);
        assertThat(listed()).as("backups").isEqualTo(listed);
        refused++;
    }

    private Set<String> listed() {
        return history.manager.list(new BackupQuery(null, ANY, 1000)).backups().stream()
                .map(Backup::id)
                .collect(Collectors.toSet());
    }

    private void requireAllThere() {
        assertThat(listed()).as("what is listed").isEqualTo(history.known.keySet());
        history.foreign.forEach((key, text) -> {
            assertThat(history.store.has(key)).as(key).isTrue();
            assertThat(history.store.text(key)).as(key).isEqualTo(text);
        });
        for (Known backup : history.known.values()) {
            assertThat(history.store.keys(Layout.BLOBS))
                    .as("blobs of " + backup.id())
                    .containsAll(backup.blobs());
        }
    }

    /** Nothing is kept for ever: when all is in order and days have passed, exactly what is named is there. */
    private void leaveNothingBehind() {
        history.skew = Duration.ZERO;
        history.time.advance(Duration.ofDays(40));
        for (int night = 0; night < 2; night++) {
            history.time.advance(Duration.ofDays(1));
            cleanUp();
            requireAllThere();
        }
        Set<String> named = new HashSet<>();
        history.all().forEach(backup -> named.addAll(backup.blobs()));
        Set<String> blobs = new HashSet<>(history.store.keys(Layout.BLOBS));
        blobs.removeAll(history.foreign.keySet());
        boolean unreadable = history.foreign.keySet().stream().anyMatch(key -> key.endsWith("/manifest.json"));
        assertThat(blobs).as("blobs").containsAll(named);
        if (!unreadable) {
            assertThat(blobs).as("blobs").isEqualTo(named);
        }
    }

    private <T> T anyOf(Collection<T> some) {
        return List.copyOf(some).get(random.nextInt(some.size()));
    }
}
