package dev.reliability.backup.repository;

import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupId;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Backups without a manifest, known by the records of the operations that make them or failed to: running, failed or
 * cancelled ones. One that was completed was deleted since. Safe for use by any thread.
 */
final class RecordedBackups {
    private final Documents documents;
    private final Operations operations;
    private final BackupIds ids;

    RecordedBackups(Documents documents, Operations operations, BackupIds ids) {
        this.documents = documents;
        this.operations = operations;
        this.ids = ids;
    }

    /** The one of this id; empty if there is none, also for a text that is not an id. */
    Optional<Backup> find(String id) throws IOException {
        if (!BackupId.isValid(id)) {
            return Optional.empty();
        }
        Optional<BackupIds.Claim> claim = ids.claimOf(id);
        Optional<OperationRecord> record = claim.isEmpty()
                ? Optional.empty()
                : operations.findLiving(claim.get().operationId());
        return record.flatMap(this::backupOf).filter(backup -> backup.id().equals(id));
    }

    /** All of them; a manifest that is there knows better. */
    List<Backup> all() throws IOException {
        return operations.listLiving().stream()
                .flatMap(record -> backupOf(record).stream())
                .toList();
    }

    private Optional<Backup> backupOf(OperationRecord record) {
        OperationStatus operation = record.status();
        BackupType type = record.type();
        String id = operation.backupId();
        if (!record.isBackupWithoutManifest() || type == null || id == null) {
            return Optional.empty();
        }
        Optional<BackupStatus> status =
                BackupStatus.of(operation.status().wireName()).filter(s -> !s.exists());
        Optional<Instant> createdAt = BackupId.momentOf(id);
        if (status.isEmpty() || createdAt.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Backup(
                id,
                type,
                documents.store().location(Layout.place(type, id)),
                0,
                0,
                createdAt.get(),
                status.get(),
                false,
                null,
                null,
                operation.message(),
                null));
    }
}
