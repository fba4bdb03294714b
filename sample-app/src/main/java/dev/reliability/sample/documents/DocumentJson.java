package dev.reliability.sample.documents;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.temporal.ChronoUnit;

/** Documents as JSON in UTF-8, with a newline at the end. */
final class DocumentJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private DocumentJson() {}

    private interface Body {
        void writeTo(JsonGenerator json) throws IOException;
    }

    static byte[] of(Document document) {
        return rendered(json -> write(json, document));
    }

    static byte[] of(DocumentPage page) {
        return rendered(json -> {
            json.writeStartObject();
            json.writeNumberField("count", page.count());
            json.writeArrayFieldStart("documents");
            for (Document document : page.documents()) {
                write(json, document);
            }
            json.writeEndArray();
            PagePosition next = page.next();
            json.writeStringField("next", next == null ? null : next.toString());
            json.writeEndObject();
        });
    }

    private static void write(JsonGenerator json, Document document) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", document.id().toString());
        json.writeStringField("name", document.name());
        json.writeNumberField("size", document.size());
        json.writeStringField("content_type", document.contentType());
        json.writeStringField("sha256", document.sha256());
        json.writeStringField(
                "created_at",
                document.createdAt().truncatedTo(ChronoUnit.SECONDS).toString());
        json.writeEndObject();
    }

    private static byte[] rendered(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            body.writeTo(json);
            json.writeRaw('\n');
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
