package dev.reliability.backup.repository;

import dev.reliability.backup.internal.Json;
import dev.reliability.backup.internal.JsonFault;
import dev.reliability.backup.internal.JsonObject;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Kind;
import dev.reliability.core.backup.OperationStatus.Status;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the repository knows of an operation.
 *
 * @param status what everybody may see
 * @param type of the backup that it makes or uses; null if it has none
 * @param epoch of the lease that it holds or held; 0 while it waits for one
 * @param pid its process on its host
 * @param committed whether it can only be finished, and not be cancelled any more
 * @param scheduledFor the fire time of a scheduled backup; null for any other operation
 */
public record OperationRecord(
        OperationStatus status,
        @Nullable BackupType type,
        long epoch,
        long pid,
        boolean committed,
        @Nullable Instant scheduledFor) {

    /** Whether a backup is known by this record, as one that has no manifest: it runs, failed or was cancelled. */
    boolean isBackupWithoutManifest() {
        return status.kind() == Kind.CREATE
                && type != null
                && status.backupId() != null
                && status.status() != Status.COMPLETED
                && status.status() != Status.INCOMPLETE;
    }

    /** The same operation, further on. */
    OperationRecord with(OperationStatus now) {
        return new OperationRecord(now, type, epoch, pid, committed, scheduledFor);
    }

    /** The same under this lease. */
    OperationRecord withEpoch(long held) {
        return new OperationRecord(status, type, held, pid, committed, scheduledFor);
    }

    /** The same with this backup, of this type. */
    OperationRecord withBackup(OperationStatus now, BackupType made) {
        return new OperationRecord(now, made, epoch, pid, committed, scheduledFor);
    }

    /** The same past its commit point. */
    OperationRecord pastCommit() {
        return new OperationRecord(status, type, epoch, pid, true, scheduledFor);
    }

    byte[] toJson() {
        return Json.document(out -> {
            Json.text(out, "operation", status.id());
            Json.text(out, "kind", status.kind().wireName());
            Json.text(out, "type", type == null ? null : type.wireName());
            Json.text(out, "backup", status.backupId());
            Json.text(out, "status", status.status().wireName());
            Json.text(out, "phase", status.phase());
            out.writeNumberField("bytes", status.bytes());
            out.writeNumberField("total_bytes", status.totalBytes());
            Json.text(out, "message", status.message());
            Json.text(out, "error", status.error());
            Json.text(out, "started_at", status.startedAt());
            Json.text(out, "finished_at", status.finishedAt());
            Json.text(out, "requested_by", status.requestedBy());
            Json.text(out, "host", status.host());
            out.writeNumberField("pid", pid);
            out.writeNumberField("epoch", epoch);
            out.writeBooleanField("committed", committed);
            if (scheduledFor != null) {
                Json.text(out, "scheduled_for", scheduledFor);
            }
        });
    }

    /** Fields of a newer version are passed over: whoever reads the record only shows it or ends it. */
    static OperationRecord parse(byte[] document) throws JsonFault {
        JsonObject json = JsonObject.parse(document);
        String type = json.textOrNull("type");
        OperationStatus status = new OperationStatus(
                json.text("operation"),
                oneOf(json, "kind", Kind.values()),
                json.textOrNull("backup"),
                oneOf(json, "status", Status.values()),
                json.text("phase"),
                json.count("bytes"),
                json.count("total_bytes"),
                json.text("message"),
                json.instant("started_at"),
                json.instantOrNull("finished_at"),
                json.textOrNull("error"),
                json.text("host"),
                json.text("requested_by"));
        return new OperationRecord(
                status,
                type == null
                        ? null
                        : BackupType.of(type)
                                .orElseThrow(() -> json.fault("type", "is not a type of backups: " + type)),
                json.count("epoch"),
                json.number("pid"),
                json.flagOrFalse("committed"),
                json.has("scheduled_for") ? json.instantOrNull("scheduled_for") : null);
    }

    private static <E extends Enum<E>> E oneOf(JsonObject json, String name, E[] values) throws JsonFault {
        String text = json.text(name);
        return Arrays.stream(values)
                .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> json.fault(name, "is unknown: " + text));
    }
}
