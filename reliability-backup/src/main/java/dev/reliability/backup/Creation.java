package dev.reliability.backup;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ObjectsFacts;
import dev.reliability.backup.objects.BlobWriting;
import dev.reliability.backup.objects.StorageBackup;
import dev.reliability.backup.postgresql.DatabaseSnapshot;
import dev.reliability.backup.postgresql.DumpResult;
import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.repository.RunningOperation;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.backup.stream.Encoding;
import dev.reliability.core.backup.BackupId;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes one backup. The order is what makes it whole: the snapshot first, then the id of its moment, then the files,
 * then the proof that the lease is still held, and the manifest last.
 */
final class Creation {
    private final Parts parts;
    private final BackupType type;
    private final Encoding encoding;
    private final UnaryOperator<DatabaseFacts> telling;
    private final boolean skipsUnchanged;
    private final Repository repository;
    private final RunningOperation operation;
    private final ObjectStore store;
    private final List<Artifact> artifacts = new ArrayList<>();
    private @Nullable DatabaseFacts database;
    private @Nullable ObjectsFacts objects;
    private long addedBlobBytes;

    /**
     * One to {@link #run}.
     *
     * @param telling what the backup says of its database, from what was read of it
     * @param skipsUnchanged whether objects are not read again that look as they did in the backup before
     */
    Creation(
            Parts parts,
            BackupType type,
            Encoding encoding,
            UnaryOperator<DatabaseFacts> telling,
            boolean skipsUnchanged,
            Repository repository,
            RunningOperation operation) {
        this.parts = parts;
        this.type = type;
        this.encoding = encoding;
        this.telling = telling;
        this.skipsUnchanged = skipsUnchanged;
        this.repository = repository;
        this.operation = operation;
        this.store = repository.store();
    }

    OperationRunner.Result run() throws IOException, SQLException {
        store.removeAbandoned();
        introduce();
        if (type.hasStorage()) {
            parts.requireObjects().removeAbandoned();
        }
        if (!type.hasDatabase()) {
            return make(null);
        }
        boolean whole = false;
        try (DatabaseSnapshot snapshot = parts.requireDatabase().backup().openSnapshot(operation.id())) {
            OperationRunner.Result result = make(snapshot);
            whole = true;
            return result;
        } finally {
            if (!whole) {
                OrphanedSessions.end(parts.requireDatabase(), operation.status());
            }
        }
    }

    private void introduce() throws IOException {
        if (repository.keysets().introduce(encoding.keyset())) {
            OperationLog.firstEncrypted(operation.status(), encoding.keyset());
        }
    }

    private OperationRunner.Result make(@Nullable DatabaseSnapshot snapshot) throws IOException, SQLException {
        String id = repository.ids().claim(operation, type);
        try (Attempt attempt = new Attempt(repository, operation)) {
            if (snapshot != null) {
                dump(id, snapshot);
            }
            if (type.hasStorage()) {
                copyObjects(id, snapshot);
            }
            // What a store said of a write is not what it has.
            for (Artifact artifact : artifacts) {
                Artifacts.requirePresent(store, artifact);
            }
            Manifest manifest = manifest(id);
            attempt.commit(id, () -> repository.catalog().commit(manifest));
            return result(manifest);
        }
    }

    private void dump(String id, DatabaseSnapshot snapshot) throws IOException {
        long expected = snapshot.facts().databaseBytes();
        DumpResult[] result = new DumpResult[1];
        artifacts.add(Artifacts.write(
                store,
                Artifact.DUMP,
                Layout.dump(type, id, encoding),
                encoding,
                out -> result[0] = parts.requireDatabase().backup().dump(snapshot, out, bytes -> {
                    operation.proceed();
                    operation.update("dumping", bytes, expected, "");
                })));
        database = telling.apply(result[0].facts());
        if (type == BackupType.FULL) {
            artifacts.add(Artifacts.write(
                    store,
                    Artifact.GLOBALS,
                    Layout.globals(id, encoding),
                    encoding,
                    out -> parts.requireDatabase().backup().globals(operation.id(), out)));
        }
    }

    private void copyObjects(String id, @Nullable DatabaseSnapshot snapshot) throws IOException, SQLException {
        StorageBackup storage = new StorageBackup(
                parts.requireObjects(),
                store,
                BlobWriting.of(repository, operation.lease(), encoding.keyset()),
                skipsUnchanged ? repository.catalog().newestOf(encoding.keyset().id()) : List.of());
        StorageBackup.Copied copied;
        try (Stream<String> references = references(snapshot)) {
            copied = storage.copy(
                    Layout.objects(type, id, encoding), encoding, Layout.refs(type, id), references, bytes -> {
                        operation.proceed();
                        operation.update("copying_objects", bytes, 0, "");
                    });
        }
        artifacts.addAll(copied.artifacts());
        objects = copied.facts();
        addedBlobBytes = copied.addedBytes();
    }

    private @Nullable Stream<String> references(@Nullable DatabaseSnapshot snapshot) throws SQLException {
        if (snapshot == null || parts.references() == null) {
            return null;
        }
        try {
            return parts.references().keys(snapshot.connection());
        } catch (SQLException e) {
            // Its words alone would look like a fault of the dump.
            throw new SQLException(
                    "the application's query for the objects that its rows name failed: " + e.getMessage(),
                    e.getSQLState(),
                    e);
        }
    }

    private Manifest manifest(String id) throws IOException {
        Instant createdAt = BackupId.momentOf(id).orElseThrow();
        long missing = objects == null ? 0 : objects.missingCount();
        long own = artifacts.stream().mapToLong(Artifact::bytes).sum();
        return new Manifest(
                id,
                type,
                missing == 0 ? BackupStatus.COMPLETED : BackupStatus.INCOMPLETE,
                createdAt,
                repository.now(),
                operation.id(),
                operation.status().requestedBy(),
                artifacts,
                database,
                objects,
                own + addedBlobBytes,
                missing == 0 ? replaced() : missing + " objects that rows name are not in the store");
    }

    private @Nullable String replaced() {
        return database == null || database.replacedBy() == null
                ? null
                : "the database as it was when " + database.replacedBy() + " replaced it";
    }

    private static OperationRunner.Result result(Manifest manifest) {
        return manifest.status() == BackupStatus.COMPLETED
                ? OperationRunner.Result.completed("backup " + manifest.id() + " is whole: " + manifest.size()
                        + " bytes, " + manifest.addedBytes() + " of them new" + unread(manifest.objects()))
                : new OperationRunner.Result(
                        OperationStatus.Status.INCOMPLETE, "backup " + manifest.id() + ": " + manifest.message());
    }

    private static String unread(@Nullable ObjectsFacts objects) {
        return objects == null || objects.unread() == 0
                ? ""
                : "; " + objects.unread() + " of " + objects.count()
                        + " objects look unchanged and were not read again";
    }
}
