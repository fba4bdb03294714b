package dev.reliability.backup.retention;

import dev.reliability.backup.retention.RetentionPlan.Decision;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * How long backups are kept. Immutable; safe for use by any thread.
 *
 * <p>What is older than {@code days} goes, whatever became of it, but for
 *
 * <ul>
 *   <li>the newest completed one that holds the database, the newest that holds the objects, and the newest full one;
 *   <li>the newest {@code minimum} of each content, a full one counting as both: completed ones, and only where there
 *       are fewer of them incomplete ones;
 *   <li>what is being made;
 *   <li>where manifests are signed, what none of our keys signed: it is neither counted nor deleted.
 * </ul>
 *
 * <p>A backup of a database that was replaced stays for {@code days}, and counts for none of these: the newest of what
 * was live must not go for it.
 *
 * @param days older ones go; 1 or more
 * @param minimum of each content at least so many stay however old they are; 1 or more
 */
public record RetentionPolicy(int days, int minimum) {
    /** The clocks of this machine and of the repository may differ by so much. */
    public static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

    private static final Comparator<Backup> NEWEST_FIRST = Comparator.comparing(Backup::createdAt)
            .thenComparing(backup -> backup.id().length())
            .thenComparing(Backup::id)
            .reversed();

    /** @throws IllegalArgumentException naming each number that is out of range */
    public RetentionPolicy {
        List<String> faults = new ArrayList<>();
        if (days < 1) {
            faults.add("days is " + days + ", must be 1 or more");
        }
        if (minimum < 1) {
            faults.add("minimum is " + minimum + ", must be 1 or more");
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("retention: " + String.join("; ", faults));
        }
    }

    /**
     * Decides; nothing else is looked at than what is given.
     *
     * @param backups all of the repository, of every status, in any order
     * @param onlySigned whether unsigned ones are somebody else's
     * @param repositoryNow the time by the repository's clock
     * @param machineNow the time by this machine's wall clock, asked for at the same moment
     */
    public RetentionPlan plan(List<Backup> backups, boolean onlySigned, Instant repositoryNow, Instant machineNow) {
        Optional<String> doubt = clockDoubt(backups, repositoryNow, machineNow);
        if (doubt.isPresent()) {
            return new RetentionPlan.ClockDoubtful(doubt.get());
        }
        List<Backup> newestFirst = backups.stream().sorted(NEWEST_FIRST).toList();
        List<Backup> ours = newestFirst.stream()
                .filter(backup -> backup.signed() || !onlySigned)
                .toList();
        Map<String, String> spared = spared(
                ours.stream().filter(backup -> backup.replacedBy() == null).toList());
        Instant oldest = repositoryNow.minus(Duration.ofDays(days));
        return new RetentionPlan.Decided(newestFirst.stream()
                .map(backup -> decide(backup, onlySigned, spared, oldest))
                .toList());
    }

    private Decision decide(Backup backup, boolean onlySigned, Map<String, String> spared, Instant oldest) {
        if (backup.status() == BackupStatus.RUNNING) {
            return new Decision(backup, false, "it is being made");
        }
        if (!backup.createdAt().isBefore(oldest)) {
            return new Decision(backup, false, "not older than " + days(days));
        }
        if (backup.status().exists() && onlySigned && !backup.signed()) {
            return new Decision(backup, false, "not signed by a key of this service");
        }
        String reason = spared.get(backup.id());
        return reason == null
                ? new Decision(backup, true, "older than " + days(days))
                : new Decision(backup, false, reason);
    }

    /** Those that stay however old they are, by id, with the reason. */
    private Map<String, String> spared(List<Backup> newestFirst) {
        Map<String, String> spared = new HashMap<>();
        spare(newestFirst, backup -> backup.type().hasDatabase(), "of the database", spared);
        spare(newestFirst, backup -> backup.type().hasStorage(), "of the objects", spared);
        completed(newestFirst, backup -> backup.type() == BackupType.FULL).stream()
                .findFirst()
                .ifPresent(newest -> spared.put(newest.id(), "the newest full one"));
        return spared;
    }

    private void spare(List<Backup> newestFirst, Predicate<Backup> holds, String content, Map<String, String> spared) {
        List<Backup> floor = new ArrayList<>(completed(newestFirst, holds));
        newestFirst.stream()
                .filter(holds)
                .filter(backup -> backup.status() == BackupStatus.INCOMPLETE)
                .forEach(floor::add);
        floor.stream()
                .limit(minimum)
                .forEach(backup -> spared.putIfAbsent(backup.id(), "one of the last " + minimum + " " + content));
    }

    private static List<Backup> completed(List<Backup> newestFirst, Predicate<Backup> holds) {
        return newestFirst.stream()
                .filter(holds)
                .filter(backup -> backup.status() == BackupStatus.COMPLETED)
                .toList();
    }

    private static Optional<String> clockDoubt(List<Backup> backups, Instant repositoryNow, Instant machineNow) {
        Duration apart = Duration.between(repositoryNow, machineNow).abs();
        if (apart.compareTo(CLOCK_TOLERANCE) > 0) {
            return Optional.of("the repository's clock says " + repositoryNow + " and this machine's " + machineNow
                    + ", more than " + CLOCK_TOLERANCE.toSeconds() + " s apart");
        }
        return backups.stream()
                .max(Comparator.comparing(Backup::createdAt))
                .filter(newest -> newest.createdAt().isAfter(repositoryNow.plus(CLOCK_TOLERANCE)))
                .map(newest -> "the newest backup, " + newest.id() + ", was made in the future: the repository's clock"
                        + " says " + repositoryNow);
    }

    private static String days(int days) {
        return days == 1 ? "1 day" : days + " days";
    }
}
