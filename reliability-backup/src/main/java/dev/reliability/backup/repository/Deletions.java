package dev.reliability.backup.repository;

import dev.reliability.backup.internal.Json;
import dev.reliability.backup.internal.JsonFault;
import dev.reliability.backup.internal.JsonObject;
import dev.reliability.backup.repository.Layout.Place;
import dev.reliability.core.backup.BackupId;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.storage.ObjectInfo;
import java.io.IOException;
import java.util.Optional;

/**
 * Deletes backups so that a crash in between leaves nothing for ever: a note says what is to go, and whoever comes next
 * goes on. An id is never used again, so a deletion that comes late hits nothing new.
 */
final class Deletions {
    private final Documents documents;
    private final BackupIds ids;
    private final Operations operations;

    Deletions(Documents documents, BackupIds ids, Operations operations) {
        this.documents = documents;
        this.ids = ids;
        this.operations = operations;
    }

    void delete(Lease lease, Place place) throws IOException {
        lease.requireHeld();
        documents.write(
                Layout.deletion(place.id()),
                Json.document(out -> Json.text(out, "type", place.type().wireName())));
        finish(place);
    }

    /** Finishes what earlier holders of the lease have begun. */
    void finishAll(Lease lease) throws IOException {
        for (ObjectInfo note : documents.list(Layout.DELETIONS)) {
            lease.requireHeld();
            String id = note.key().substring(Layout.DELETIONS.length());
            Optional<BackupType> type = BackupId.isValid(id) ? typeIn(note.key()) : Optional.empty();
            if (type.isPresent()) {
                finish(new Place(type.get(), id));
            }
        }
    }

    /** Removes the files that can belong to a backup alone, and not its manifest. */
    void removeArtifacts(Place place) throws IOException {
        for (String artifact : Layout.artifacts(place.type(), place.id())) {
            documents.store().delete(artifact);
        }
    }

    private void finish(Place place) throws IOException {
        documents.store().delete(Layout.manifest(place.type(), place.id()));
        removeArtifacts(place);
        for (ObjectInfo fact : documents.list(Layout.facts(place.id()))) {
            documents.store().delete(fact.key());
        }
        removeRecordOfFailure(place.id());
        documents.store().delete(Layout.deletion(place.id()));
    }

    /** A backup that failed is known from its operation's record as well. */
    private void removeRecordOfFailure(String id) throws IOException {
        Optional<BackupIds.Claim> claim = ids.claimOf(id);
        Optional<OperationRecord> record =
                claim.isEmpty() ? Optional.empty() : operations.find(claim.get().operationId());
        if (record.isPresent()) {
            Status status = record.get().status().status();
            if (status == Status.FAILED || status == Status.CANCELLED) {
                operations.remove(record.get());
            }
        }
    }

    private Optional<BackupType> typeIn(String key) throws IOException {
        Optional<byte[]> note = documents.read(key);
        try {
            return note.isEmpty()
                    ? Optional.empty()
                    : BackupType.of(JsonObject.parse(note.get()).text("type"));
        } catch (JsonFault strange) {
            return Optional.empty();
        }
    }
}
