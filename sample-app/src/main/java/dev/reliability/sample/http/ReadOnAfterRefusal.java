package dev.reliability.sample.http;

import dev.reliability.core.time.TimeSource;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * Takes a while of what is still being sent when a request was refused. A server that answers and closes while bytes
 * arrive makes the client's system throw the answer away: it would see a broken connection, not the reason.
 */
public final class ReadOnAfterRefusal implements ContainerResponseFilter {
    private static final int MOST_BYTES = 32 * 1024 * 1024;
    private static final Duration LONGEST = Duration.ofSeconds(2);
    private static final int BUFFER = 64 * 1024;

    private final TimeSource time;

    public ReadOnAfterRefusal(TimeSource time) {
        this.time = time;
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getStatus() < 400 || waitsToBeAsked(request)) {
            return;
        }
        long start = time.nanoTime();
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream body = request.getEntityStream();
            long taken = 0;
            int read = 0;
            while (read >= 0 && taken < MOST_BYTES && time.since(start).compareTo(LONGEST) < 0) {
                read = body.read(buffer);
                taken += read;
            }
        } catch (IOException | IllegalStateException over) {
            // Nobody sends any more; the answer is given all the same.
            return;
        }
    }

    /** Whether it sends nothing before it is told to go on, which reading would do. */
    private static boolean waitsToBeAsked(ContainerRequestContext request) {
        return request.getHeaderString("Expect") != null && request.getHeaderString(HttpHeaders.CONTENT_LENGTH) != null;
    }
}
