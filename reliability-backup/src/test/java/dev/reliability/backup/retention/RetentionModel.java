package dev.reliability.backup.retention;

import dev.reliability.core.backup.BackupId;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What retention is for, in a few lines and without looking at the code under test: which backups may go. */
record RetentionModel(int days, int minimum, boolean onlySigned) {

    /** A backup, as the one who made it remembers it. */
    record Known(String id, BackupType type, BackupStatus status, boolean signed, Set<String> blobs) {
        Instant createdAt() {
            return BackupId.momentOf(id).orElseThrow();
        }

        boolean good() {
            return status == BackupStatus.COMPLETED;
        }

        /** Of one second the second has {@code _2} at its end, the tenth {@code _10}. */
        private int ordinal() {
            String[] parts = id.split("_");
            return parts.length < 3 ? 1 : Integer.parseInt(parts[2]);
        }
    }

    static final Comparator<Known> NEWEST_FIRST =
            Comparator.comparing(Known::createdAt).thenComparing(Known::ordinal).reversed();

    /** Whether the clocks, the store's and the machine's, keep anything from being deleted. */
    boolean doubts(List<Known> all, Instant store, Instant machine) {
        long apart = Math.abs(Duration.between(store, machine).toMillis());
        return apart > 60_000 || all.stream().anyMatch(b -> b.createdAt().isAfter(store.plusSeconds(60)));
    }

    /** The ids that go, oldest first. None is being made: the processes of those that are on record as running died. */
    List<String> goners(List<Known> all, Instant now) {
        List<Known> candidates = new ArrayList<>(all);
        candidates.sort(NEWEST_FIRST.reversed());
        candidates.removeIf(b -> !b.createdAt().isBefore(now.minus(Duration.ofDays(days))));
        Set<String> protectedIds = protectedIds(all);
        candidates.removeIf(b -> protectedIds.contains(b.id()));
        return candidates.stream().map(Known::id).toList();
    }

    private Set<String> protectedIds(List<Known> all) {
        Set<String> ids = new HashSet<>();
        all.stream().filter(b -> b.status().exists() && !ours(b)).forEach(b -> ids.add(b.id()));
        ids.addAll(best(all, b -> b.type() != BackupType.STORAGE, minimum));
        ids.addAll(best(all, b -> b.type() != BackupType.DATABASE, minimum));
        ids.addAll(best(all, b -> b.type() == BackupType.FULL && b.good(), 1));
        return ids;
    }

    /** The first so many in the order in which somebody would want them. */
    private List<String> best(List<Known> all, Predicate<Known> among, int count) {
        return all.stream()
                .filter(among)
                .filter(this::ours)
                .filter(b -> b.status().exists())
                .sorted(Comparator.comparing(Known::good).reversed().thenComparing(NEWEST_FIRST))
                .limit(count)
                .map(Known::id)
                .toList();
    }

    boolean ours(Known backup) {
        return backup.signed() || !onlySigned;
    }
}
