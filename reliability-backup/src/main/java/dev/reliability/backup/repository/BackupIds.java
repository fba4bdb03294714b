package dev.reliability.backup.repository;

import dev.reliability.backup.internal.Json;
import dev.reliability.backup.internal.JsonFault;
import dev.reliability.backup.internal.JsonObject;
import dev.reliability.backup.repository.Layout.Place;
import dev.reliability.core.backup.BackupId;
import dev.reliability.core.backup.BackupType;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** Gives each backup an id that no other has or ever had. Safe for use by any thread. */
public final class BackupIds {
    private static final int LAST_ORDINAL = 999;

    private final Documents documents;

    BackupIds(Documents documents) {
        this.documents = documents;
    }

    /**
     * Claims an id, the current second by the repository's clock, notes which operation uses it, and confirms that
     * the operation's lease is still held: from here on whoever takes over closes this id's place.
     *
     * <p>The order is what makes a lost writer harmless. The note is written before the lease is looked at; so either
     * this sees that there is a newer epoch and gives up before anything else is written, or the newer epoch comes
     * later, and its holder finds the note. The note is not the operation's record, since that is rewritten: a write
     * of it whose answer was lost may still come, and take the id away again.
     *
     * @throws LeaseLostException if it is not; nothing may be written under this id
     */
    public String claim(RunningOperation operation, BackupType type) throws IOException {
        String id = claimId(operation, type);
        byte[] note = Json.document(out -> {
            Json.text(out, "id", id);
            Json.text(out, "type", type.wireName());
        });
        if (!documents.create(Layout.claim(operation.id()), note)) {
            throw new IllegalStateException("operation " + operation.id() + " already makes a backup");
        }
        operation.lease().confirm();
        operation.backup(id, type);
        return id;
    }

    /** The place of the backup that an operation makes; empty if it has claimed none. */
    Optional<Place> placeOf(String operationId) throws IOException {
        Optional<byte[]> note = documents.read(Layout.claim(operationId));
        if (note.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonObject json = JsonObject.parse(note.get());
            String id = json.text("id");
            return BackupType.of(json.text("type"))
                    .filter(type -> BackupId.isValid(id))
                    .map(type -> new Place(type, id));
        } catch (JsonFault e) {
            throw new IOException(
                    documents.store().location(Layout.claim(operationId)) + " is damaged: " + e.getMessage()
                            + "; remove it if no backup of this operation is wanted",
                    e);
        }
    }

    /**
     * Who claimed an id.
     *
     * @param operationId the operation
     * @param type of the backup
     */
    record Claim(String operationId, BackupType type) {}

    /** Who claimed an id; empty if nobody did here. */
    Optional<Claim> claimOf(String id) throws IOException {
        Optional<byte[]> claim = documents.read(Layout.id(id));
        if (claim.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonObject json = JsonObject.parse(claim.get());
            String operationId = json.text("operation");
            return BackupType.of(json.text("type")).map(type -> new Claim(operationId, type));
        } catch (JsonFault strange) {
            return Optional.empty();
        }
    }

    private String claimId(RunningOperation operation, BackupType type) throws IOException {
        byte[] claim = Json.document(out -> {
            Json.text(out, "operation", operation.id());
            Json.text(out, "type", type.wireName());
        });
        while (true) {
            Instant second = documents.now();
            for (int ordinal = 1; ordinal <= LAST_ORDINAL; ordinal++) {
                String id = BackupId.of(second, ordinal);
                if (documents.create(Layout.id(id), claim) && isUnused(type, id)) {
                    return id;
                }
            }
        }
    }

    /** Somebody may have copied a backup of another repository into this one. */
    private boolean isUnused(BackupType type, String id) throws IOException {
        for (BackupType any : BackupType.values()) {
            if (documents.store().head(Layout.manifest(any, id)).isPresent()) {
                return false;
            }
        }
        for (String artifact : Layout.artifacts(type, id)) {
            if (documents.store().head(artifact).isPresent()) {
                return false;
            }
        }
        return true;
    }
}
