package dev.reliability.jaxrs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.reliability.core.backup.OperationStatus;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** An operation in the form in which the endpoints answer it, for whoever tells of it in another way. */
public final class OperationJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private OperationJson() {}

    /** One JSON object, on one line. */
    public static String of(OperationStatus operation) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            new BackupBodies.Operation(operation).writeTo(json);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return text.toString();
    }
}
