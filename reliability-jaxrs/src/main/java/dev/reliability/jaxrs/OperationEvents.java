package dev.reliability.jaxrs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.reliability.core.backup.BackupService.Watch;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.jaxrs.EventStreams.Signal;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * An operation as server-sent events, written on the request's thread until it ends, the client goes away or the
 * service stops: {@code progress} with a number as its id, and {@code end} with the id {@value #LAST_ID}. While nothing
 * happens a comment goes out every 5 s, which is also how a client that went away is noticed.
 */
final class OperationEvents implements StreamingOutput {
    /** The id of the last event: a client that comes back with it has seen all. */
    static final String LAST_ID = "end";

    private static final JsonFactory JSON = new JsonFactory();
    private static final int HEARTBEAT_SECONDS = 5;
    /** A comment that fills what hosts keep back before they send anything: 8 KiB, whoever flushes. */
    private static final String OPENING = ":" + " ".repeat(8 * 1024) + "\n\n";

    private final EventStreams.Place place;
    private final Watch watch;

    OperationEvents(EventStreams.Place place, Watch watch) {
        this.place = place;
        this.watch = watch;
    }

    @Override
    public void write(OutputStream out) throws IOException {
        try (place;
                watch) {
            out.write(OPENING.getBytes(StandardCharsets.US_ASCII));
            long id = 0;
            boolean ended = false;
            while (!ended) {
                Signal signal = place.signals().poll(HEARTBEAT_SECONDS, TimeUnit.SECONDS);
                if (signal instanceof Signal.Stopped) {
                    return;
                }
                String text = ":\n\n";
                if (signal instanceof Signal.Changed changed) {
                    ended = changed.status().status().ended();
                    text = event(ended ? LAST_ID : Long.toString(++id), ended ? "end" : "progress", changed.status());
                }
                out.write(text.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while an operation was watched");
        }
    }

    private static String event(String id, String name, OperationStatus status) throws IOException {
        StringWriter data = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(data)) {
            new BackupBodies.Operation(status).writeTo(json);
        }
        return "id: " + id + "\nevent: " + name + "\ndata: " + data + "\n\n";
    }
}
