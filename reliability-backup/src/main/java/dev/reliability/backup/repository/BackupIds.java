package dev.reliability.backup.repository;

import dev.reliability.backup.internal.Json;
import dev.reliability.backup.internal.JsonFault;
import dev.reliability.backup.internal.JsonObject;
import dev.reliability.backup.repository.Layout.Place;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupId;
import dev.reliability.core.backup.BackupType;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
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
        note(operation, new Place(type, id));
        return id;
    }

    private void note(RunningOperation operation, Place place) throws IOException {
        if (!documents.create(Layout.claim(operation.id()), claim(place.id(), operation, place.type()))) {
            throw new IllegalStateException("operation " + operation.id() + " already makes a backup");
        }
        operation.lease().confirm();
        operation.backup(place.id(), place.type());
    }

    /**
     * Claims the id that a backup of another repository has, and notes and confirms as {@link #claim} does. An id that
     * was claimed here before may come back, as that of a backup that was deleted; whether its place is free is for the
     * caller to see.
     *
     * @throws BackupException.Refused if a backup of another type was given this id here
     * @throws LeaseLostException if the lease is not held; nothing may be written under this id
     */
    public void claim(RunningOperation operation, Place place) throws IOException {
        boolean isNew = documents.create(Layout.id(place.id()), claim(place.id(), operation, place.type()));
        Optional<Claim> before = isNew ? Optional.empty() : claimOf(place.id());
        if (before.isPresent() && before.get().type() != place.type()) {
            throw new BackupException.Refused(
                    "the id " + place.id() + " is taken",
                    List.of("this repository gave it to a "
                            + before.get().type().wireName() + " backup"));
        }
        note(operation, place);
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
        while (true) {
            Instant second = documents.now();
            for (int ordinal = 1; ordinal <= LAST_ORDINAL; ordinal++) {
                String id = BackupId.of(second, ordinal);
                if (documents.create(Layout.id(id), claim(id, operation, type)) && isUnused(type, id)) {
                    return id;
                }
            }
        }
    }

    private static byte[] claim(String id, RunningOperation operation, BackupType type) {
        return Json.document(out -> {
            Json.text(out, "id", id);
            Json.text(out, "operation", operation.id());
            Json.text(out, "type", type.wireName());
        });
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
