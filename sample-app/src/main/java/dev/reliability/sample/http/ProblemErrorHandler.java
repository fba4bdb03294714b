package dev.reliability.sample.http;

import dev.reliability.jaxrs.problem.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What Jetty refuses itself, before any resource is asked, is a problem like any other; nothing of the cause is shown. */
final class ProblemErrorHandler extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Problem problem = Problem.ofStatus(errorStatus(response.getStatus()));
        fill(response.getHeaders(), problem);
        response.setStatus(problem.status());
        response.write(true, body(problem), callback);
        return true;
    }

    private static int errorStatus(int status) {
        return HttpStatus.isClientError(status) || HttpStatus.isServerError(status) ? status : 500;
    }

    private static void fill(HttpFields.Mutable headers, Problem problem) {
        headers.put(HttpHeader.CONTENT_TYPE, Problem.MEDIA_TYPE);
        headers.put(new HttpField(HttpHeader.CACHE_CONTROL, "no-store"));
        headers.put("X-Content-Type-Options", "nosniff");
        Long seconds = problem.retryAfterSeconds();
        if (seconds != null) {
            headers.put(HttpHeader.RETRY_AFTER, seconds.longValue());
        }
    }

    private static ByteBuffer body(Problem problem) {
        return ByteBuffer.wrap((problem.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
