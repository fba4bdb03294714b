package dev.reliability.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.retention.RetentionPlan.Decision;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupId;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RetentionPolicyTest {
    private static final Instant NOW = Instant.parse("2026-06-01T02:00:00Z");

    private final RetentionPolicy week = new RetentionPolicy(7, 3);

    @Test
    void what_is_older_than_the_days_goes_and_the_floor_stays() {
        List<Backup> daily = new ArrayList<>();
        for (int day = 0; day < 10; day++) {
            daily.add(backup(BackupType.DATABASE, BackupStatus.COMPLETED, Duration.ofDays(day)));
        }

        assertThat(deleted(week, daily)).containsExactly(daily.get(9), daily.get(8));
        assertThat(deleted(week, daily.subList(7, 10))).as("the last three").isEmpty();
    }

    @Test
    void a_backup_goes_the_moment_after_its_last_day() {
        List<Backup> young = recent(3);
        Backup exactly = backup(BackupType.DATABASE, BackupStatus.COMPLETED, Duration.ofDays(7));
        Backup older = backup(
                BackupType.DATABASE, BackupStatus.COMPLETED, Duration.ofDays(7).plusSeconds(1));

        assertThat(deleted(week, with(young, exactly, older))).containsExactly(older);
    }

    @Test
    void a_full_one_counts_as_both() {
        Backup full1 = backup(BackupType.FULL, BackupStatus.COMPLETED, Duration.ofDays(20));
        Backup full2 = backup(BackupType.FULL, BackupStatus.COMPLETED, Duration.ofDays(21));
        Backup database = backup(BackupType.DATABASE, BackupStatus.COMPLETED, Duration.ofDays(22));
        Backup oldDatabase = backup(BackupType.DATABASE, BackupStatus.COMPLETED, Duration.ofDays(23));
        Backup storage = backup(BackupType.STORAGE, BackupStatus.COMPLETED, Duration.ofDays(24));

        assertThat(deleted(week, List.of(full1, full2, database, oldDatabase, storage)))
                .containsExactly(oldDatabase);
    }

    @Test
    void the_newest_full_one_stays_however_many_others_are_newer() {
        Backup full = backup(BackupType.FULL, BackupStatus.COMPLETED, Duration.ofDays(90));
        Backup olderFull = backup(BackupType.FULL, BackupStatus.COMPLETED, Duration.ofDays(91));
        List<Backup> young = new ArrayList<>(recent(5));
        for (int i = 0; i < 5; i++) {
            young.add(backup(BackupType.STORAGE, BackupStatus.COMPLETED, Duration.ofHours(i)));
        }

        assertThat(deleted(week, with(young, full, olderFull))).containsExactly(olderFull);
    }

    @Test
    void incomplete_ones_fill_the_floor_only_where_good_ones_are_too_few() {
        Backup good = backup(BackupType.DATABASE, BackupStatus.COMPLETED, Duration.ofDays(40));
        List<Backup> incomplete = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            incomplete.add(backup(BackupType.DATABASE, BackupStatus.INCOMPLETE, Duration.ofDays(20 + i)));
        }

        assertThat(deleted(week, with(incomplete, good))).containsExactly(incomplete.get(3), incomplete.get(2));
        assertThat(deleted(week, with(with(recent(3), good), incomplete.toArray(Backup[]::new))))
                .contains(good)
                .containsAll(incomplete);
    }

    @Test
    void databases_that_were_replaced_go_after_the_same_days_and_no_live_one_goes_for_them() {
        Backup live = backup(BackupType.DATABASE, BackupStatus.COMPLETED, Duration.ofDays(40));
        Backup old = replaced(backup(BackupType.DATABASE, BackupStatus.COMPLETED, Duration.ofDays(8)));
        List<Backup> young =
                recent(3).stream().map(RetentionPolicyTest::replaced).toList();

        assertThat(deleted(week, with(young, old, live))).containsExactly(old);
    }

    @Test
    void failed_ones_go_after_the_same_days_and_running_ones_never() {
        Backup failed = backup(BackupType.FULL, BackupStatus.FAILED, Duration.ofDays(8));
        Backup cancelled = backup(BackupType.FULL, BackupStatus.CANCELLED, Duration.ofDays(8));
        Backup young = backup(BackupType.FULL, BackupStatus.FAILED, Duration.ofDays(6));
        Backup running = backup(BackupType.FULL, BackupStatus.RUNNING, Duration.ofDays(8));

        assertThat(deleted(week, List.of(failed, cancelled, young, running)))
                .containsExactlyInAnyOrder(failed, cancelled);
    }

    @Test
    void where_manifests_are_signed_unsigned_ones_are_neither_counted_nor_deleted() {
        Backup ours = backup(BackupType.DATABASE, BackupStatus.COMPLETED, Duration.ofDays(30));
        List<Backup> planted =
                recent(5).stream().map(RetentionPolicyTest::unsigned).toList();
        Backup oldForeign = unsigned(backup(BackupType.DATABASE, BackupStatus.COMPLETED, Duration.ofDays(60)));
        List<Backup> all = with(planted, ours, oldForeign);

        RetentionPlan plan = week.plan(all, true, NOW, NOW);

        assertThat(((RetentionPlan.Decided) plan).deletions()).isEmpty();
        assertThat(reasonFor(plan, oldForeign)).isEqualTo("not signed by a key of this service");
        assertThat(deleted(week, all))
                .as("without a key the repository is trusted")
                .contains(oldForeign, ours);
    }

    @Test
    void each_decision_has_its_reason() {
        Backup young = backup(BackupType.STORAGE, BackupStatus.COMPLETED, Duration.ofDays(1));
        Backup floor = backup(BackupType.DATABASE, BackupStatus.COMPLETED, Duration.ofDays(30));
        Backup failed = backup(BackupType.DATABASE, BackupStatus.FAILED, Duration.ofDays(31));

        RetentionPlan plan = week.plan(List.of(failed, floor, young), false, NOW, NOW);

        assertThat(((RetentionPlan.Decided) plan).decisions())
                .containsExactly(
                        new Decision(young, false, "not older than 7 days"),
                        new Decision(floor, false, "one of the last 3 of the database"),
                        new Decision(failed, true, "older than 7 days"));
    }

    @Test
    void nothing_goes_by_clocks_that_differ_by_more_than_a_minute() {
        List<Backup> old = List.of(backup(BackupType.DATABASE, BackupStatus.FAILED, Duration.ofDays(100)));

        assertThat(week.plan(old, false, NOW, NOW.plusSeconds(60))).isInstanceOf(RetentionPlan.Decided.class);
        for (int apart : List.of(61, -61)) {
            assertThat(week.plan(old, false, NOW, NOW.plusSeconds(apart)))
                    .isInstanceOfSatisfying(
                            RetentionPlan.ClockDoubtful.class,
                            doubtful -> assertThat(doubtful.reason()).contains(NOW.toString()));
        }
    }

    @Test
    void nothing_goes_by_a_clock_that_was_set_back() {
        Backup future = backup(BackupType.DATABASE, BackupStatus.COMPLETED, Duration.ofDays(-1));
        Backup old = backup(BackupType.DATABASE, BackupStatus.FAILED, Duration.ofDays(100));

        assertThat(week.plan(List.of(old, future), false, NOW, NOW))
                .isInstanceOfSatisfying(
                        RetentionPlan.ClockDoubtful.class,
                        doubtful -> assertThat(doubtful.reason()).contains(future.id()));
    }

    @Test
    void numbers_out_of_range_are_refused_all_at_once() {
        assertThatThrownBy(() -> new RetentionPolicy(0, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("days is 0")
                .hasMessageContaining("minimum is -1");
    }

    static LongStream seeds() {
        return LongStream.range(0, 1000);
    }

    /** Compared with the rules written out one after the other for each backup alone. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void any_history_is_decided_as_the_rules_say(long seed) {
        Random random = new Random(seed);
        RetentionPolicy policy = new RetentionPolicy(1 + random.nextInt(10), 1 + random.nextInt(4));
        boolean onlySigned = random.nextBoolean();
        List<Backup> history = new ArrayList<>();
        for (int i = random.nextInt(30); i > 0; i--) {
            Backup backup = backup(
                    BackupType.values()[random.nextInt(3)],
                    BackupStatus.values()[random.nextInt(10) < 6 ? 0 : random.nextInt(5)],
                    Duration.ofHours(random.nextInt(24 * 20)));
            history.add(random.nextInt(4) == 0 ? unsigned(backup) : backup);
        }
        Set<Backup> expected = history.stream()
                .filter(backup -> goes(backup, history, policy, onlySigned))
                .collect(Collectors.toSet());
        Collections.shuffle(history, random);

        RetentionPlan.Decided plan = (RetentionPlan.Decided) policy.plan(history, onlySigned, NOW, NOW);

        assertThat(Set.copyOf(plan.deletions())).isEqualTo(expected);
        assertThat(plan.decisions()).hasSize(history.size());
        assertThat(plan.deletions()).isSortedAccordingTo(Comparator.comparing(Backup::createdAt));
    }

    private static boolean goes(Backup backup, List<Backup> history, RetentionPolicy policy, boolean onlySigned) {
        if (backup.status() == BackupStatus.RUNNING) {
            return false;
        }
        if (Duration.between(backup.createdAt(), NOW).compareTo(Duration.ofDays(policy.days())) <= 0) {
            return false;
        }
        if (!backup.status().exists()) {
            return true;
        }
        Predicate<Backup> ours = other -> !onlySigned || other.signed();
        if (!ours.test(backup)) {
            return false;
        }
        boolean good = backup.status() == BackupStatus.COMPLETED;
        if (good
                && backup.type() == BackupType.FULL
                && better(backup, history, ours.and(other -> other.type() == BackupType.FULL)) == 0) {
            return false;
        }
        long database = better(backup, history, ours.and(other -> other.type().hasDatabase()));
        long storage = better(backup, history, ours.and(other -> other.type().hasStorage()));
        return !(backup.type().hasDatabase() && database < policy.minimum())
                && !(backup.type().hasStorage() && storage < policy.minimum());
    }

    /** How many come before it: completed before incomplete, newer before older. */
    private static long better(Backup backup, List<Backup> history, Predicate<Backup> among) {
        return history.stream()
                .filter(among)
                .filter(other -> other.status().exists())
                .filter(other -> other.status() == backup.status()
                        ? newer(other, backup)
                        : other.status() == BackupStatus.COMPLETED)
                .count();
    }

    private static boolean newer(Backup one, Backup other) {
        return one.createdAt().isAfter(other.createdAt())
                || (one.createdAt().equals(other.createdAt()) && ordinal(one) > ordinal(other));
    }

    private static int ordinal(Backup backup) {
        String[] parts = backup.id().split("_");
        return parts.length < 3 ? 1 : Integer.parseInt(parts[2]);
    }

    private static List<Backup> deleted(RetentionPolicy policy, List<Backup> backups) {
        return ((RetentionPlan.Decided) policy.plan(backups, false, NOW, NOW)).deletions();
    }

    private static String reasonFor(RetentionPlan plan, Backup backup) {
        return ((RetentionPlan.Decided) plan)
                .decisions().stream()
                        .filter(decision -> decision.backup().equals(backup))
                        .findFirst()
                        .orElseThrow()
                        .reason();
    }

    private List<Backup> recent(int count) {
        List<Backup> recent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            recent.add(backup(BackupType.DATABASE, BackupStatus.COMPLETED, Duration.ofHours(i)));
        }
        return recent;
    }

    private static List<Backup> with(List<Backup> some, Backup... more) {
        List<Backup> all = new ArrayList<>(some);
        all.addAll(Arrays.asList(more));
        return all;
    }

    private int ordinals;

    private Backup backup(BackupType type, BackupStatus status, Duration age) {
        Instant createdAt = NOW.minus(age);
        String id = BackupId.of(createdAt, ++ordinals);
        return new Backup(id, type, "/backups/" + id, 1, 1, createdAt, status, true, null, null, null, null);
    }

    private static Backup replaced(Backup b) {
        return new Backup(
                b.id(),
                b.type(),
                b.path(),
                b.size(),
                b.addedBytes(),
                b.createdAt(),
                b.status(),
                b.signed(),
                null,
                null,
                "the database as it was",
                "op_20260103_135959_1a2b3c");
    }

    private static Backup unsigned(Backup b) {
        return new Backup(
                b.id(),
                b.type(),
                b.path(),
                b.size(),
                b.addedBytes(),
                b.createdAt(),
                b.status(),
                false,
                null,
                null,
                null,
                b.replacedBy());
    }
}
