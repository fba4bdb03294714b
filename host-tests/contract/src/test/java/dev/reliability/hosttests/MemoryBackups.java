package dev.reliability.hosttests;

import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupId;
import dev.reliability.core.backup.BackupPage;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupService;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.RestorePlan;
import dev.reliability.core.backup.VerifyLevel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * An embedder's own service, kept in memory: a backup is complete at once, a restore runs for ever. It knows nothing
 * of databases, and can be told to fail.
 */
final class MemoryBackups implements BackupService {
    static final Instant START = Instant.parse("2026-01-03T14:00:00.987Z");

    /** Each change that was asked for, in words. */
    final List<String> asked = new ArrayList<>();

    private final Map<String, Backup> backups = new LinkedHashMap<>();
    private final Map<String, OperationStatus> operations = new LinkedHashMap<>();
    private final List<Consumer<OperationStatus>> observers = new ArrayList<>();
    private Throwable failure;

    /** From now on every call ends with this. */
    synchronized void failWith(Throwable thrown) {
        this.failure = thrown;
    }

    /** As new. */
    synchronized void reset() {
        asked.clear();
        backups.clear();
        operations.clear();
        failure = null;
    }

    synchronized Backup add(int hour, BackupType type, BackupStatus status) {
        Instant created = START.plusSeconds(hour * 3600L);
        String id = BackupId.of(created, 1);
        String message = status.exists() ? null : "it ended at hour " + hour;
        Backup backup = new Backup(
                id,
                type,
                "/app/backups/" + type.wireName() + "/" + id,
                1073741824,
                4096,
                created,
                status,
                true,
                hour == 0 ? created.plusSeconds(60) : null,
                hour == 0 ? VerifyLevel.TEST_RESTORE : null,
                message,
                null);
        backups.put(id, backup);
        return backup;
    }

    @Override
    public synchronized OperationStatus create(BackupType type, Caller by) {
        fail();
        asked.add("create " + type + " by " + by.subject());
        Backup backup = add(backups.size(), type, BackupStatus.COMPLETED);
        return begin(OperationStatus.Kind.CREATE, null, by, backup.createdAt());
    }

    @Override
    public synchronized OperationStatus restore(String id, RestoreOptions options, Caller by) {
        fail();
        if (!backups.containsKey(id)) {
            throw new BackupException.NotFound("There is no backup " + id + ".");
        }
        asked.add("restore " + id + " " + options.mode() + " readOnly=" + options.readOnly() + " mirror="
                + options.mirror() + " accept="
                + options.accept().stream().sorted().toList() + " by " + by.subject());
        return begin(OperationStatus.Kind.RESTORE, id, by, START);
    }

    @Override
    public synchronized RestorePlan plan(String id, RestoreOptions options) {
        fail();
        Backup backup = backups.get(id);
        if (backup == null) {
            throw new BackupException.NotFound("There is no backup " + id + ".");
        }
        RestorePlan.Database database = new RestorePlan.Database(
                options.mode() == null ? RestoreOptions.Mode.SWITCH : options.mode(),
                "app",
                true,
                8192L,
                "app_b_<operation>",
                17L,
                new RestorePlan.Space(4096L, null),
                3,
                List.of(
                        new RestorePlan.Sessions("app", "pool", "10.0.0.7", 2),
                        new RestorePlan.Sessions("admin", "", null, 1)),
                List.of("a setting"));
        RestorePlan.Objects objects = new RestorePlan.Objects(
                true,
                5,
                4,
                options.mirror() ? 2 : 0,
                new RestorePlan.Space(100L, 200L),
                new RestorePlan.Space(null, 300L));
        return backup.type() == BackupType.FULL
                ? new RestorePlan(
                        id,
                        backup.type(),
                        backup.createdAt(),
                        database,
                        objects,
                        new RestorePlan.Estimate(Duration.ofMillis(1001), 2048L, 2),
                        options.accept().isEmpty() ? List.of("it is incomplete") : List.of(),
                        Set.of(RestoreOptions.Risk.SETTINGS, RestoreOptions.Risk.INCOMPLETE))
                : new RestorePlan(
                        id,
                        backup.type(),
                        backup.createdAt(),
                        null,
                        null,
                        RestorePlan.Estimate.unknown(),
                        List.of(),
                        Set.of());
    }

    @Override
    public synchronized OperationStatus undo(String operationId, Caller by) {
        OperationStatus undone = known(operationId);
        if (!undone.kind().replacesLive()) {
            throw new BackupException.Refused(
                    "operation " + operationId + " is not undone", List.of("it is no restore"));
        }
        asked.add("undo " + operationId + " by " + by.subject());
        return begin(OperationStatus.Kind.UNDO, undone.backupId(), by, START);
    }

    @Override
    public synchronized OperationStatus verify(String id, VerifyLevel level, Caller by) {
        fail();
        if (!backups.containsKey(id)) {
            throw new BackupException.NotFound("There is no backup " + id + ".");
        }
        asked.add("verify " + id + " " + level + " by " + by.subject());
        return begin(OperationStatus.Kind.VERIFY, id, by, START);
    }

    @Override
    public synchronized BackupPage list(BackupQuery query) {
        fail();
        List<Backup> matching = backups.values().stream()
                .filter(backup -> query.type() == null || backup.type() == query.type())
                .filter(backup -> query.statuses().contains(backup.status()))
                .sorted(Comparator.comparing(Backup::createdAt).reversed())
                .toList();
        return new BackupPage(
                matching.size(), matching.stream().limit(query.limit()).toList());
    }

    @Override
    public synchronized Optional<Backup> find(String id) {
        fail();
        return Optional.ofNullable(backups.get(id));
    }

    @Override
    public synchronized void delete(String id, Caller by) {
        fail();
        if (backups.remove(id) == null) {
            throw new BackupException.NotFound("There is no backup " + id + ".");
        }
        asked.add("delete " + id + " by " + by.subject());
    }

    @Override
    public synchronized Optional<OperationStatus> operation(String operationId) {
        fail();
        return Optional.ofNullable(operations.get(operationId));
    }

    @Override
    public synchronized boolean cancel(String operationId, Caller by) {
        OperationStatus operation = known(operationId);
        if (operation.status().ended() || operation.kind() == OperationStatus.Kind.CLEANUP) {
            return false;
        }
        asked.add("cancel " + operationId + " by " + by.subject());
        end(operationId, OperationStatus.Status.CANCELLED);
        return true;
    }

    @Override
    public synchronized Watch watch(String operationId, Consumer<OperationStatus> observer) {
        observer.accept(known(operationId));
        observers.add(observer);
        return () -> stop(observer);
    }

    private synchronized void stop(Consumer<OperationStatus> observer) {
        observers.remove(observer);
    }

    /** How many watch. */
    synchronized int watching() {
        return observers.size();
    }

    /** Something ends, and whoever watches is told. */
    synchronized void end(String operationId, OperationStatus.Status status) {
        OperationStatus was = known(operationId);
        OperationStatus ended = new OperationStatus(
                was.id(),
                was.kind(),
                was.backupId(),
                status,
                "done",
                2048,
                2048,
                "",
                was.startedAt(),
                was.startedAt().plusSeconds(60),
                null,
                was.host(),
                was.requestedBy());
        operations.put(operationId, ended);
        List.copyOf(observers).forEach(observer -> observer.accept(ended));
    }

    private OperationStatus known(String operationId) {
        fail();
        OperationStatus operation = operations.get(operationId);
        if (operation == null) {
            throw new BackupException.NotFound("There is no operation " + operationId + ".");
        }
        return operation;
    }

    OperationStatus begin(OperationStatus.Kind kind, String backupId, Caller by, Instant at) {
        OperationStatus operation = new OperationStatus(
                "op-" + (operations.size() + 1),
                kind,
                backupId,
                OperationStatus.Status.RUNNING,
                "dumping",
                512,
                2048,
                "",
                at,
                null,
                null,
                "host-1",
                by.subject());
        operations.put(operation.id(), operation);
        return operation;
    }

    private void fail() {
        if (failure != null) {
            MemoryBackups.<RuntimeException>throwAny(failure);
        }
    }

    // A service in another language, or a careless one, throws what it does not declare.
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void throwAny(Throwable failure) throws T {
        throw (T) failure;
    }
}
