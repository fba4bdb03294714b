package dev.reliability.hosttests;

import jakarta.annotation.Priority;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What an application that we are mounted in may bring itself. */
final class HostsOwn {
    private HostsOwn() {}

    /** Resources that have nothing to do with ours. */
    @Path("host")
    @Produces({MediaType.APPLICATION_JSON, "application/problem+json"})
    public static final class Resource {
        @GET
        @Path("ok")
        public Map<String, String> ok() {
            return Map.of("theName", "x");
        }

        @GET
        @Path("boom")
        public String boom() {
            throw new IllegalStateException("password=hunter2");
        }

        @GET
        @Path("empty-404")
        public Response empty() {
            return Response.status(404).build();
        }

        @GET
        @Path("own-409")
        public Response own() {
            return Response.status(409)
                    .type(MediaType.TEXT_PLAIN)
                    .entity("my own words")
                    .build();
        }
    }

    /** Takes every exception. */
    public static final class CatchAll implements ExceptionMapper<Throwable> {
        @Override
        public Response toResponse(Throwable failure) {
            int status = failure instanceof WebApplicationException known
                    ? known.getResponse().getStatus()
                    : 418;
            return Response.status(status)
                    .type(MediaType.TEXT_PLAIN)
                    .entity("the host's words")
                    .build();
        }
    }

    /** Takes one kind of exception. */
    public static final class OneOfMine implements ExceptionMapper<IllegalStateException> {
        @Override
        public Response toResponse(IllegalStateException failure) {
            return Response.status(422)
                    .type(MediaType.TEXT_PLAIN)
                    .entity("one of mine")
                    .build();
        }
    }

    /** Takes every type, for exactly our media types, before anybody else. */
    @Provider
    @Produces({MediaType.APPLICATION_JSON, "application/problem+json"})
    @Priority(0)
    public static final class GreedyWriter implements MessageBodyWriter<Object> {
        @Override
        public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
            return true;
        }

        @Override
        public void writeTo(
                Object entity,
                Class<?> type,
                Type genericType,
                Annotation[] annotations,
                MediaType mediaType,
                MultivaluedMap<String, Object> headers,
                OutputStream stream)
                throws IOException {
            stream.write(("greedy " + entity).getBytes(StandardCharsets.UTF_8));
        }
    }
}
