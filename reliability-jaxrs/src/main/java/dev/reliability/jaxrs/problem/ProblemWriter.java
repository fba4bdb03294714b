package dev.reliability.jaxrs.problem;

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
 * Writes {@link Problem}s, whatever JSON library the host has. It is among the components of ReliabilityApi; a host
 * registers it by itself only to use problems without those. Safe for use by any thread.
 */
@Provider
@Produces(Problem.MEDIA_TYPE)
@Priority(1)
public final class ProblemWriter implements MessageBodyWriter<Problem> {
    private final JsonFactory factory = new JsonFactory()
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return type == Problem.class;
    }

    @Override
    public void writeTo(
            Problem problem,
            Class<?> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream body)
            throws IOException {
        try (JsonGenerator json = factory.createGenerator(body)) {
            problem.writeTo(json);
            json.writeRaw('\n');
        }
    }
}
