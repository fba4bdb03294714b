package dev.reliability.jaxrs;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupPage;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.VerifyLevel;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What the backup endpoints answer. Every field is always there; what is not known is null. */
final class BackupBodies {
    private BackupBodies() {}

    /** One operation. */
    record Operation(OperationStatus operation) implements JsonBody {
        @Override
        public void writeTo(JsonGenerator json) throws IOException {
            json.writeStartObject();
            json.writeStringField("operation", operation.id());
            json.writeStringField("kind", operation.kind().wireName());
            json.writeStringField("id", operation.backupId());
            json.writeStringField("status", operation.status().wireName());
            json.writeStringField("phase", operation.phase());
            json.writeNumberField("percent", operation.percent());
            json.writeNumberField("bytes", operation.bytes());
            json.writeNumberField("total_bytes", operation.totalBytes());
            json.writeStringField("message", operation.message());
            writeTime(json, "started_at", operation.startedAt());
            writeTime(json, "finished_at", operation.finishedAt());
            json.writeStringField("error", operation.error());
            json.writeStringField("requested_by", operation.requestedBy());
            json.writeEndObject();
        }
    }

    /** One backup. */
    record One(Backup backup) implements JsonBody {
        @Override
        public void writeTo(JsonGenerator json) throws IOException {
            json.writeStartObject();
            json.writeStringField("id", backup.id());
            json.writeStringField("type", backup.type().wireName());
            json.writeStringField("path", backup.path());
            json.writeNumberField("size", backup.size());
            json.writeNumberField("added_bytes", backup.addedBytes());
            writeTime(json, "created_at", backup.createdAt());
            json.writeStringField("status", backup.status().wireName());
            json.writeBooleanField("signed", backup.signed());
            writeTime(json, "verified_at", backup.verifiedAt());
            VerifyLevel level = backup.verifiedLevel();
            if (level == null) {
                json.writeNullField("verified_level");
            } else {
                json.writeNumberField("verified_level", level.number());
            }
            json.writeStringField("message", backup.message());
            json.writeEndObject();
        }
    }

    /** A page of backups. */
    record Many(BackupPage page) implements JsonBody {
        @Override
        public void writeTo(JsonGenerator json) throws IOException {
            json.writeStartObject();
            json.writeNumberField("count", page.count());
            json.writeArrayFieldStart("backups");
            for (Backup backup : page.backups()) {
                new One(backup).writeTo(json);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    static void writeTime(JsonGenerator json, String field, @Nullable Instant time) throws IOException {
        json.writeStringField(
                field,
                time == null ? null : time.truncatedTo(ChronoUnit.SECONDS).toString());
    }
}
