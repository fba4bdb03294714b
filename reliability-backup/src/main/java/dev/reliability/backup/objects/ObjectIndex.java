package dev.reliability.backup.objects;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.core.storage.ObjectAttributes;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The index of a backup's objects: one JSON object a line, in the order of their keys' UTF-8 bytes. Written and read
 * as a stream: memory does not grow with the number of objects.
 */
final class ObjectIndex {
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .build();

    private ObjectIndex() {}

    /** Which of two keys comes first: less than zero if the first does. */
    static int order(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes lines; closing it ends the index and leaves the stream open. */
    static final class Writer implements Closeable {
        private final JsonGenerator json;

        Writer(OutputStream out) throws IOException {
            json = JSON.createGenerator(out).setPrettyPrinter(new MinimalPrettyPrinter("\n"));
        }

        void write(ObjectEntry entry) throws IOException {
            json.writeStartObject();
            json.writeStringField("key", entry.key());
            json.writeNumberField("size", entry.size());
            json.writeStringField("sha256", entry.sha256());
            json.writeStringField("blob", entry.blob());
            json.writeStringField("modified", entry.modified().toString());
            ObjectAttributes attributes = entry.attributes();
            if (attributes.contentType() != null) {
                json.writeStringField("content_type", attributes.contentType());
            }
            if (!attributes.metadata().isEmpty()) {
                json.writeObjectFieldStart("metadata");
                for (Map.Entry<String, String> item : attributes.metadata().entrySet()) {
                    json.writeStringField(item.getKey(), item.getValue());
                }
                json.writeEndObject();
            }
            json.writeEndObject();
        }

        @Override
        public void close() throws IOException {
            json.writeRaw('\n');
            json.close();
        }
    }

    /** Reads lines. */
    static final class Reader implements Closeable {
        private final String name;
        private final InputStream in;
        private final JsonParser json;

        /** @param name of what is read, for errors */
        Reader(String name, InputStream in) throws IOException {
            this.name = name;
            this.in = in;
            this.json = JSON.createParser(in);
        }

        /** The next line, or null after the last; then the stream has been read to its end. */
        @Nullable ObjectEntry next() throws IOException {
            try {
                JsonToken start = json.nextToken();
                if (start == null) {
                    in.transferTo(OutputStream.nullOutputStream());
                    return null;
                }
                if (start != JsonToken.START_OBJECT) {
                    throw new DamagedException(name + " has a line that is not a JSON object");
                }
                return entry();
            } catch (JsonProcessingException e) {
                throw new DamagedException(name + " has a line that is not JSON: " + e.getOriginalMessage(), e);
            }
        }

        private ObjectEntry entry() throws IOException {
            Map<String, String> fields = new HashMap<>();
            Map<String, String> metadata = new HashMap<>();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                if (field.equals("metadata") && value == JsonToken.START_OBJECT) {
                    while (json.nextToken() != JsonToken.END_OBJECT) {
                        String item = json.currentName();
                        json.nextToken();
                        metadata.put(item, json.getText());
                    }
                } else if (value.isScalarValue()) {
                    fields.put(field, json.getText());
                } else {
                    throw new DamagedException(name + " has an unknown structure in its field '" + field + "'");
                }
            }
            return new ObjectEntry(
                    required(fields, "key"),
                    number(required(fields, "size")),
                    required(fields, "sha256"),
                    required(fields, "blob"),
                    moment(required(fields, "modified")),
                    new ObjectAttributes(fields.get("content_type"), metadata));
        }

        private String required(Map<String, String> fields, String field) throws DamagedException {
            String value = fields.get(field);
            if (value == null) {
                throw new DamagedException(name + " has a line without '" + field + "'");
            }
            return value;
        }

        private Instant moment(String text) throws DamagedException {
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                throw new DamagedException(name + " has a moment that is none: " + text, e);
            }
        }

        private long number(String text) throws DamagedException {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw new DamagedException(name + " has a size that is not a number: " + text, e);
            }
        }

        @Override
        public void close() throws IOException {
            json.close();
            in.close();
        }
    }
}
