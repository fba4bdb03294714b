package dev.reliability.jaxrs.problem;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An error as RFC 9457 describes it. Immutable.
 *
 * @param status the HTTP status, 400 to 599
 * @param code names the mistake for programs and never changes: {@code lower_snake_case}; sent as {@code
 *     urn:problem:reliability:<code>}
 * @param detail one sentence on what was wrong in this request and what to do; shown to the caller, so nothing secret
 * @param instance a URI that finds this one occurrence in the log; null if there is nothing to find
 * @param operation the id of the operation that it is about; null if there is none
 * @param reasons each one a sentence; empty if there is only the detail
 * @param retryAfter when it makes sense to try again, sent as the header {@code Retry-After} in whole seconds, at
 *     least 1; null if it is not known, and then 409, 429 and 503 say {@value #DEFAULT_RETRY_SECONDS} s
 */
public record Problem(
        int status,
        String code,
        String detail,
        @Nullable String instance,
        @Nullable String operation,
        List<String> reasons,
        @Nullable Duration retryAfter) {
    /** The media type of every problem. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** What {@code Retry-After} says where nothing better is known. */
    public static final int DEFAULT_RETRY_SECONDS = 5;

    private static final String TYPE_PREFIX = "urn:problem:reliability:";
    private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9_]{0,63}");
    private static final JsonFactory JSON = new JsonFactory();

    /**
     * Checks status and code.
     *
     * @throws IllegalArgumentException naming every fault
     */
    public Problem {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(detail, "detail");
        reasons = List.copyOf(reasons);
        List<String> faults = new ArrayList<>();
        if (status < 400 || status > 599) {
            faults.add("status is " + status + ", must be from 400 to 599");
        }
        if (!CODE.matcher(code).matches()) {
            faults.add("code is '" + code + "', must be lower_snake_case of at most 64 characters");
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("problem: " + String.join("; ", faults));
        }
    }

    /** A problem with nothing but its detail. */
    public static Problem of(int status, String code, String detail) {
        return new Problem(status, code, detail, null, null, List.of(), null);
    }

    /** What can be said of a status alone: for what a server or a host refused before anybody could say more. */
    public static Problem ofStatus(int status) {
        StandardProblem standard = StandardProblem.of(status);
        return of(status, standard.code(), standard.detail());
    }

    /** The same with the id of the operation that it is about. */
    public Problem withOperation(@Nullable String id) {
        return new Problem(status, code, detail, instance, id, reasons, retryAfter);
    }

    /** The same with its reasons. */
    public Problem withReasons(List<String> sentences) {
        return new Problem(status, code, detail, instance, operation, sentences, retryAfter);
    }

    /** The same with the time after which it makes sense to try again. */
    public Problem withRetryAfter(Duration after) {
        return new Problem(status, code, detail, instance, operation, reasons, after);
    }

    /** The same with the URI of this one occurrence. */
    public Problem withInstance(String uri) {
        return new Problem(status, code, detail, uri, operation, reasons, retryAfter);
    }

    /** The URI that names the kind of problem. */
    public String type() {
        return TYPE_PREFIX + code;
    }

    /** The code in words, the same for every occurrence. */
    public String title() {
        return code.substring(0, 1).toUpperCase(Locale.ROOT) + code.substring(1).replace('_', ' ');
    }

    /** The seconds for {@code Retry-After}; null if the header has no place in this answer. */
    public @Nullable Long retryAfterSeconds() {
        if (retryAfter != null) {
            Duration roundedUp = retryAfter.plusNanos(999_999_999);
            return Math.max(1, roundedUp.toSeconds());
        }
        return status == 409 || status == 429 || status == 503 ? (long) DEFAULT_RETRY_SECONDS : null;
    }

    /** The body alone, for answers that are not given by a Jakarta REST resource: a servlet, a server's error handler. */
    public String toJson() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            writeTo(json);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    /** The answer: status, media type, body and {@code Retry-After}. Its body is written by {@link ProblemWriter}. */
    public Response toResponse() {
        Response.ResponseBuilder response =
                Response.status(status).type(MediaType.valueOf(MEDIA_TYPE)).entity(this);
        Long seconds = retryAfterSeconds();
        return (seconds == null ? response : response.header(HttpHeaders.RETRY_AFTER, seconds)).build();
    }

    /** The same as something to throw. */
    public ProblemException toException() {
        return new ProblemException(this);
    }

    void writeTo(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", type());
        json.writeStringField("title", title());
        json.writeNumberField("status", status);
        json.writeStringField("detail", detail);
        if (instance != null) {
            json.writeStringField("instance", instance);
        }
        if (operation != null) {
            json.writeStringField("operation", operation);
        }
        if (!reasons.isEmpty()) {
            json.writeArrayFieldStart("reasons");
            for (String reason : reasons) {
                json.writeString(reason);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }
}
