package dev.reliability.backup.repository;

import dev.reliability.backup.internal.Json;
import dev.reliability.backup.internal.JsonFault;
import dev.reliability.backup.internal.JsonObject;
import java.time.Instant;

/**
 * The wish that an operation of another process ends.
 *
 * @param requestedBy the caller's subject
 * @param requestedAt by the wall clock of the process that was asked
 */
record CancelRequest(String operationId, String requestedBy, Instant requestedAt) {

    byte[] toJson() {
        return Json.document(out -> {
            Json.text(out, "operation", operationId);
            Json.text(out, "requested_by", requestedBy);
            Json.text(out, "requested_at", requestedAt);
        });
    }

    static CancelRequest parse(byte[] document) throws JsonFault {
        JsonObject json = JsonObject.parse(document);
        return new CancelRequest(json.text("operation"), json.text("requested_by"), json.instant("requested_at"));
    }
}
