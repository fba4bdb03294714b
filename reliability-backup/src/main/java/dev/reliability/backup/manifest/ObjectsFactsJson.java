package dev.reliability.backup.manifest;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reliability.backup.internal.Json;
import dev.reliability.backup.internal.JsonFault;
import dev.reliability.backup.internal.JsonObject;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The field {@code objects} of a manifest. */
final class ObjectsFactsJson {
    private ObjectsFactsJson() {}

    static void write(@Nullable ObjectsFacts facts, JsonGenerator out) throws IOException {
        if (facts == null) {
            out.writeNull();
            return;
        }
        out.writeStartObject();
        out.writeNumberField("count", facts.count());
        out.writeNumberField("bytes", facts.bytes());
        out.writeNumberField("stored_bytes", facts.storedBytes());
        out.writeNumberField("unread", facts.unread());
        Json.text(out, "keyset", facts.keyset());
        Json.text(out, "references", facts.references());
        out.writeNumberField("missing_count", facts.missingCount());
        Json.texts(out, "missing", facts.missing());
        out.writeEndObject();
    }

    static @Nullable ObjectsFacts read(@Nullable JsonObject json) throws JsonFault {
        if (json == null) {
            return null;
        }
        ObjectsFacts facts = new ObjectsFacts(
                json.count("count"),
                json.count("bytes"),
                json.count("stored_bytes"),
                json.count("unread"),
                json.text("keyset"),
                json.text("references"),
                json.texts("missing"),
                json.count("missing_count"));
        json.end();
        return facts;
    }
}
