package dev.reliability.jaxrs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;

/**
 * Writes our bodies, each with a newline at its end for whoever reads it in a terminal, and knows no other type: as the
 * nearest type wins, no writer of the host is asked for them. The priority is for hosts that do not sort by nearness.
 */
@Provider
@Produces(MediaType.APPLICATION_JSON)
@Priority(1)
final class JsonBodyWriter implements MessageBodyWriter<JsonBody> {
    // The stream is the server's: closing it is its own business, and an early flush would cost it Content-Length.
    private final JsonFactory factory = new JsonFactory()
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return JsonBody.class.isAssignableFrom(type);
    }

    @Override
    public void writeTo(
            JsonBody body,
            Class<?> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream stream)
            throws IOException {
        try (JsonGenerator json = factory.createGenerator(stream)) {
            body.writeTo(json);
            json.writeRaw('\n');
        }
    }
}
