package example;

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
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Backs up one settings file by copying it: small enough that an operation has ended when it is answered. */
final class OwnBackups implements BackupService {
    private final Path file;
    private final Path folder;
    private final TimeSource time;
    private final Map<String, OperationStatus> operations = new ConcurrentHashMap<>();

    OwnBackups(Path file, Path folder, TimeSource time) {
        this.file = file;
        this.folder = folder;
        this.time = time;
    }

    @Override
    public OperationStatus create(BackupType type, Caller by) {
        if (type != BackupType.STORAGE) {
            throw new BackupException.Refused("there is only a file here", List.of("type must be storage"));
        }
        String id = BackupId.of(time.now(), 1);
        copy(file, folder.resolve(id));
        return ended(OperationStatus.Kind.CREATE, id, by);
    }

    @Override
    public OperationStatus restore(String id, RestoreOptions options, Caller by) {
        find(id).orElseThrow(() -> new BackupException.NotFound("there is no backup '" + id + "'"));
        copy(folder.resolve(id), file);
        return ended(OperationStatus.Kind.RESTORE, id, by);
    }

    @Override
    public RestorePlan plan(String id, RestoreOptions options) {
        Backup backup = find(id).orElseThrow(() -> new BackupException.NotFound("there is no backup '" + id + "'"));
        boolean missing = !Files.exists(file);
        RestorePlan.Objects objects = new RestorePlan.Objects(
                true,
                missing ? 1 : 0,
                missing ? 0 : 1,
                0,
                new RestorePlan.Space(backup.size(), file.toAbsolutePath().getParent().toFile().getUsableSpace()),
                new RestorePlan.Space(0L, null));
        return new RestorePlan(
                id, backup.type(), backup.createdAt(), null, objects, RestorePlan.Estimate.unknown(), List.of(), Set.of());
    }

    @Override
    public OperationStatus undo(String operationId, Caller by) {
        known(operationId);
        throw new BackupException.Refused("nothing to go back to", List.of("what a restore replaces is not kept"));
    }

    @Override
    public OperationStatus verify(String id, VerifyLevel level, Caller by) {
        find(id).orElseThrow(() -> new BackupException.NotFound("there is no backup '" + id + "'"));
        throw new BackupException.Refused("nothing to compare with", List.of("a copy is kept without its checksum"));
    }

    @Override
    public BackupPage list(BackupQuery query) {
        try (var files = Files.list(folder)) {
            List<Backup> all = files.map(path -> find(path.getFileName().toString()))
                    .flatMap(Optional::stream)
                    .sorted(Comparator.comparing(Backup::createdAt).reversed())
                    .toList();
            return new BackupPage(all.size(), all.stream().limit(query.limit()).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<Backup> find(String id) {
        Path copy = folder.resolve(id);
        if (!BackupId.isValid(id) || !Files.exists(copy)) {
            return Optional.empty();
        }
        Instant created = BackupId.momentOf(id).orElseThrow();
        long size = copy.toFile().length();
        return Optional.of(new Backup(
                id, BackupType.STORAGE, copy.toString(), size, size, created, BackupStatus.COMPLETED, false, null, null, null, null));
    }

    @Override
    public void delete(String id, Caller by) {
        find(id).orElseThrow(() -> new BackupException.NotFound("there is no backup '" + id + "'"));
        try {
            Files.delete(folder.resolve(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<OperationStatus> operation(String operationId) {
        return Optional.ofNullable(operations.get(operationId));
    }

    @Override
    public boolean cancel(String operationId, Caller by) {
        known(operationId);
        return false; // copied while the caller waited
    }

    @Override
    public Watch watch(String operationId, Consumer<OperationStatus> observer) {
        observer.accept(known(operationId));
        return () -> {};
    }

    private OperationStatus known(String operationId) {
        return operation(operationId)
                .orElseThrow(() -> new BackupException.NotFound("there is no operation '" + operationId + "'"));
    }

    private OperationStatus ended(OperationStatus.Kind kind, String id, Caller by) {
        Instant now = time.now();
        String operation = kind.wireName() + "_" + id;
        OperationStatus status = new OperationStatus(
                operation, kind, id, OperationStatus.Status.COMPLETED, "copied", 0, 0, "done", now, now, null, "here", by.subject());
        operations.put(operation, status);
        return status;
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
