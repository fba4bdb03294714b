package dev.reliability.backup.retention;

import dev.reliability.backup.BackupConfig;
import dev.reliability.backup.BackupManager;
import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.backup.repository.BlobRef;
import dev.reliability.backup.repository.Facts;
import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.repository.Lease;
import dev.reliability.backup.repository.MemoryStore;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.repository.RunningOperation;
import dev.reliability.backup.retention.RetentionModel.Known;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.backup.stream.Encoding;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus.Kind;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.backup.VerifyLevel;
import dev.reliability.core.time.ManualTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A repository in memory with a real manager, and what happens to it. It remembers what it made, to be asked about. */
final class RetentionHistory implements AutoCloseable {
    private static final String KEY = "correct horse battery staple, and more of it";
    private static final Caller ALICE = new Caller("alice");

    final ManualTime time = new ManualTime();
    /** How far the store's clock is ahead of the machine's. */
    Duration skew = Duration.ofSeconds(40);

    final MemoryStore store = new MemoryStore(this::storeNow);
    final BackupManager manager;
    /** By id, whatever became of them; without what was deleted. */
    final Map<String, Known> known = new TreeMap<>();

    /** By key, with what is in them. */
    final Map<String, String> foreign = new TreeMap<>();

    private final Repository ours;
    private final Repository unsigned;

    RetentionHistory(RetentionModel model) throws IOException {
        List<String> keys = model.onlySigned() ? List.of(KEY) : List.of();
        this.manager = BackupManager.builder(store)
                .signingKeys(keys)
                .time(time)
                .config(BackupConfig.defaults().withRetention(model.days(), model.minimum()))
                .build();
        this.ours = Repository.open(store, SigningKeys.of(keys), time, "host-a");
        this.unsigned = Repository.open(store, SigningKeys.none(), time, "host-b");
    }

    Instant storeNow() {
        return time.now().plus(skew);
    }

    /** A backup that names these contents and ends like that; what its process left undone if it is running. */
    String make(BackupType type, BackupStatus status, boolean signed, Set<String> contents, boolean verified)
            throws IOException {
        Repository repository = signed ? ours : unsigned;
        RunningOperation operation = repository.operations().start(Kind.CREATE, type, null, ALICE);
        try (Lease lease = repository.leases().tryAcquire(operation.id()).orElseThrow()) {
            operation.attach(lease);
            repository.recovery().run(lease, record -> null);
            nobodyRunsAnyMore();
            String id = repository.ids().claim(operation, type);
            Set<String> blobs = type.hasStorage() ? writeBlobs(repository, lease, contents) : Set.of();
            if (status.exists()) {
                commit(repository, operation, new Known(id, type, status, signed, blobs));
                if (verified) {
                    repository
                            .facts()
                            .add(lease, new Facts.Verified(id, VerifyLevel.STORED_BYTES, 0, operation.id(), "alice"));
                }
                operation.finish(status == BackupStatus.COMPLETED ? Status.COMPLETED : Status.INCOMPLETE, "", null);
            } else if (status != BackupStatus.RUNNING) {
                boolean failed = status == BackupStatus.FAILED;
                operation.finish(failed ? Status.FAILED : Status.CANCELLED, "", failed ? "internal" : null);
            }
            known.put(id, new Known(id, type, status, signed, status.exists() ? blobs : Set.of()));
            return id;
        }
    }

    /** Whoever takes the lease ends what a process left undone. */
    void nobodyRunsAnyMore() {
        known.replaceAll((id, b) -> b.status() == BackupStatus.RUNNING
                ? new Known(id, b.type(), BackupStatus.FAILED, b.signed(), b.blobs())
                : b);
    }

    private Set<String> writeBlobs(Repository repository, Lease lease, Set<String> contents) throws IOException {
        Predicate<String> trashed = repository.sweep().trashed();
        Set<String> blobs = new TreeSet<>();
        for (String content : contents) {
            String first = Layout.blob("plain", content.repeat(64));
            String key = trashed.test(first) ? Layout.numbered(first, lease.epoch()) : first;
            if (!store.has(key)) {
                store.put(key, content);
            }
            blobs.add(key);
        }
        return blobs;
    }

    private void commit(Repository repository, RunningOperation operation, Known made) throws IOException {
        String lines = made.blobs().stream()
                .map(blob -> new BlobRef(blob, 1, "0".repeat(64)).line() + "\n")
                .collect(Collectors.joining());
        List<Artifact> artifacts = !made.type().hasStorage()
                ? List.of()
                : List.of(Artifacts.write(
                        store,
                        Artifact.REFS,
                        Layout.refs(made.type(), made.id()),
                        Encoding.GZIP,
                        out -> out.write(lines.getBytes(StandardCharsets.UTF_8))));
        Manifest manifest = new Manifest(
                made.id(),
                made.type(),
                made.status(),
                made.createdAt(),
                made.createdAt(),
                operation.id(),
                "alice",
                artifacts,
                null,
                null,
                0,
                null);
        if (!repository.catalog().commit(manifest)) {
            throw new AssertionError("nobody else writes");
        }
    }

    /** Somebody puts a file of their own here. */
    void plant(String key, String text) {
        if (!store.has(key)) {
            store.put(key, text);
            foreign.put(key, text);
        }
    }

    /** All that a person has in the folder: everything but what the machinery notes for itself. */
    Map<String, String> visible() {
        Map<String, String> visible = new HashMap<>();
        for (String key : store.keys("")) {
            if (!key.startsWith(".repository/")) {
                visible.put(key, store.text(key));
            }
        }
        return visible;
    }

    List<Known> all() {
        return List.copyOf(known.values());
    }

    @Override
    public void close() {
        manager.close();
    }
}
