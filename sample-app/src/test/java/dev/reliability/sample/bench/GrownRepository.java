package dev.reliability.sample.bench;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestCodec;
import dev.reliability.backup.manifest.ObjectsFacts;
import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.backup.repository.BlobRef;
import dev.reliability.backup.repository.Facts;
import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.repository.Lease;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.backup.stream.Encoding;
import dev.reliability.backup.stream.Sha256;
import dev.reliability.core.backup.BackupId;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.VerifyLevel;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A repository as it is after years: one storage backup a night, each verified, each with blobs of its own. */
final class GrownRepository {
    private static final Instant FIRST = Instant.parse("2023-01-01T02:00:00Z");
    /** Writing is not what is measured: as many at a time as help. */
    private static final int WRITERS = 8;

    private final ObjectStore store;
    private final SigningKeys keys;

    GrownRepository(ObjectStore store, SigningKeys keys) {
        this.store = store;
        this.keys = keys;
    }

    void fill(int from, int to, int blobs) throws Exception {
        Repository repository = Repository.open(store, keys, TimeSource.system(), "bench");
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        try (Lease lease =
                repository.leases().tryAcquire("op_20230101_000000_000000").orElseThrow()) {
            List<Future<?>> nights = new ArrayList<>();
            for (int n = from; n < to; n++) {
                int night = n;
                nights.add(writers.submit(() -> {
                    makeBackup(repository, lease, night, blobs);
                    return null;
                }));
            }
            for (Future<?> night : nights) {
                night.get();
            }
        } finally {
            writers.shutdownNow();
        }
    }

    private void makeBackup(Repository repository, Lease lease, int night, int blobs) throws IOException {
        Instant createdAt = FIRST.plus(Duration.ofDays(night));
        String id = BackupId.of(createdAt, 1);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < blobs; i++) {
            byte[] content = (id + " " + i).getBytes(StandardCharsets.UTF_8);
            MessageDigest digest = Sha256.digest();
            digest.update(content);
            String sha256 = Sha256.hex(digest);
            String blob = Layout.blob("plain", sha256);
            store.put(blob, ObjectAttributes.NONE, ObjectBody.of(content));
            lines.append(new BlobRef(blob, content.length, sha256).line()).append('\n');
        }
        Artifact refs = Artifacts.write(
                store,
                Artifact.REFS,
                Layout.refs(BackupType.STORAGE, id),
                Encoding.GZIP,
                out -> out.write(lines.toString().getBytes(StandardCharsets.UTF_8)));
        Manifest manifest = new Manifest(
                id,
                BackupType.STORAGE,
                BackupStatus.COMPLETED,
                createdAt,
                createdAt.plusSeconds(60),
                lease.operationId(),
                "bench",
                List.of(refs),
                null,
                new ObjectsFacts(blobs, lines.length(), lines.length(), 0, "plain", "unchecked", List.of(), 0),
                lines.length(),
                null);
        store.put(
                Layout.manifest(BackupType.STORAGE, id),
                ObjectAttributes.NONE,
                ObjectBody.of(new ManifestCodec(keys).write(manifest)));
        repository
                .facts()
                .add(lease, new Facts.Verified(id, VerifyLevel.STORED_BYTES, 0, lease.operationId(), "bench"));
    }
}
