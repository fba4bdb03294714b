package dev.reliability.jaxrs;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reliability.core.backup.RestoreOptions.Risk;
import dev.reliability.core.backup.RestorePlan;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The plan of a restore. Every field is always there; what is not known, or not concerned, is null. */
record RestorePlanBody(RestorePlan plan) implements JsonBody {
    @Override
    public void writeTo(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", plan.backupId());
        json.writeStringField("type", plan.type().wireName());
        BackupBodies.writeTime(json, "created_at", plan.createdAt());
        json.writeBooleanField("possible", plan.possible());
        writeTexts(json, "obstacles", plan.obstacles());
        writeTexts(
                json,
                "accept",
                plan.accept().stream().sorted().map(Risk::wireName).toList());
        Duration duration = plan.estimate().duration();
        writeNumber(json, "seconds", duration == null ? null : roundedUp(duration));
        writeNumber(json, "bytes_per_second", plan.estimate().bytesPerSecond());
        json.writeNumberField("measured_restores", plan.estimate().restores());
        writeDatabase(json, plan.database());
        writeObjects(json, plan.objects());
        json.writeEndObject();
    }

    private static void writeDatabase(JsonGenerator json, RestorePlan.@Nullable Database database) throws IOException {
        if (database == null) {
            json.writeNullField("database");
            return;
        }
        json.writeObjectFieldStart("database");
        json.writeStringField("name", database.name());
        json.writeStringField("mode", database.mode().wireName());
        json.writeBooleanField("exists", database.exists());
        writeNumber(json, "bytes", database.bytes());
        json.writeStringField("kept_as", database.keptAs());
        writeNumber(json, "transactions_lost", database.transactionsLost());
        writeSpace(json, "space", database.space());
        json.writeNumberField("sessions", database.sessions());
        json.writeArrayFieldStart("connected");
        for (RestorePlan.Sessions sessions : database.connected()) {
            json.writeStartObject();
            json.writeStringField("role", sessions.role());
            json.writeStringField("application", sessions.application());
            json.writeStringField("address", sessions.address());
            json.writeNumberField("count", sessions.count());
            json.writeEndObject();
        }
        json.writeEndArray();
        writeTexts(json, "not_carried_over", database.notCarriedOver());
        json.writeEndObject();
    }

    private static void writeObjects(JsonGenerator json, RestorePlan.@Nullable Objects objects) throws IOException {
        if (objects == null) {
            json.writeNullField("objects");
            return;
        }
        json.writeObjectFieldStart("objects");
        json.writeBooleanField("compared", objects.compared());
        json.writeNumberField("missing", objects.missing());
        json.writeNumberField("differing", objects.differing());
        json.writeNumberField("deleted", objects.deleted());
        writeSpace(json, "store", objects.store());
        writeSpace(json, "repository", objects.repository());
        json.writeEndObject();
    }

    private static void writeSpace(JsonGenerator json, String field, RestorePlan.Space space) throws IOException {
        json.writeObjectFieldStart(field);
        writeNumber(json, "needed", space.needed());
        writeNumber(json, "free", space.free());
        json.writeBooleanField("known", space.known());
        json.writeEndObject();
    }

    private static void writeTexts(JsonGenerator json, String field, List<String> texts) throws IOException {
        json.writeArrayFieldStart(field);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    private static void writeNumber(JsonGenerator json, String field, @Nullable Long number) throws IOException {
        if (number == null) {
            json.writeNullField(field);
        } else {
            json.writeNumberField(field, number);
        }
    }

    /** A restore of 200 ms takes a second rather than none. */
    private static long roundedUp(Duration duration) {
        return duration.plusMillis(999).toSeconds();
    }
}
