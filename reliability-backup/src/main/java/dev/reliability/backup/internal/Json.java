package dev.reliability.backup.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the repository's small documents: one object, a field a line, rows of a list a line each, the same bytes for
 * the same values on every machine.
 */
public final class Json {
    static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .build();

    private Json() {}

    /** Writes the fields of an object. */
    @FunctionalInterface
    public interface Fields {
        /** Writes into the object that is open. */
        void writeTo(JsonGenerator out) throws IOException;
    }

    /** A whole document, {@link Checksum} and all. */
    public static byte[] document(Fields fields) {
        return Checksum.close(openDocument(fields));
    }

    /** A document up to the end of its last field's line, with a comma: a seal or a checksum follows. */
    public static byte[] openDocument(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
            DefaultIndenter lines = new DefaultIndenter("  ", "\n");
            out.setPrettyPrinter(new DefaultPrettyPrinter(
                            Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER))
                    .withObjectIndenter(lines)
                    .withArrayIndenter(lines));
            out.writeStartObject();
            fields.writeTo(out);
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail: " + e.getMessage(), e);
        }
        bytes.write(',');
        bytes.write('\n');
        return bytes.toByteArray();
    }

    /** An object on one line, without the line's end. */
    public static String line(Fields fields) {
        Writer text = new StringWriter();
        try (JsonGenerator out = FACTORY.createGenerator(text)) {
            out.writeStartObject();
            fields.writeTo(out);
            out.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail: " + e.getMessage(), e);
        }
        return text.toString();
    }

    /** A text or null. What UTF-8 can not say, half a surrogate pair, becomes a question mark. */
    public static void text(JsonGenerator out, String name, @Nullable Object value) throws IOException {
        out.writeFieldName(name);
        if (value == null) {
            out.writeNull();
        } else {
            out.writeString(clean(value.toString()));
        }
    }

    /** A list of texts. */
    public static void texts(JsonGenerator out, String name, List<String> values) throws IOException {
        out.writeArrayFieldStart(name);
        for (String value : values) {
            out.writeString(clean(value));
        }
        out.writeEndArray();
    }

    /** A row of the list that is open. */
    public static void row(JsonGenerator out, Fields fields) throws IOException {
        out.writeRawValue(line(fields));
    }

    private static String clean(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
