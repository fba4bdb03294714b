package dev.reliability.hosttests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.jaxrs.ReliabilityApi;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /api/v1/backup/operations/…}: following what runs, and ending it. */
@Timeout(60)
public abstract class OperationContract extends HostContract {
    private static final String OPERATION = "/api/v1/backup/operations/op-1";

    @ParameterizedTest
    @CsvSource({"CREATE, backup:write", "VERIFY, backup:write", "RESTORE, backup:restore", "UNDO, backup:restore"})
    void cancel_isForWhoMayBeginIt_andTellsWhereToLook(OperationStatus.Kind kind, String scope) {
        begin(kind);

        as("backup:read", "POST", OPERATION + "/cancel").send().isProblem(403, "forbidden");
        String other = scope.equals("backup:write") ? "backup:restore" : "backup:write";
        as(other, "POST", OPERATION + "/cancel").send().isProblem(403, "forbidden");
        Answer answer = as(scope, "POST", OPERATION + "/cancel").send().has(202);

        assertThat(backups.asked).containsExactly("cancel op-1 by ada");
        assertThat(answer.header("Location")).endsWith(OPERATION);
        assertThat(answer.json()).containsEntry("operation", "op-1").containsEntry("status", "cancelled");
    }

    @Test
    void cancel_ofWhatHasEnded_isAConflictThatSaysSo() {
        begin(OperationStatus.Kind.CREATE);
        backups.end("op-1", OperationStatus.Status.COMPLETED);

        as("backup:write", "POST", OPERATION + "/cancel")
                .send()
                .isProblem(409, "not_cancelled", "it has ended: completed");
    }

    @Test
    void cancel_ofNothing_isNotFound() {
        as("backup:write", "POST", OPERATION + "/cancel").send().isProblem(404, "not_found");
        call("POST", OPERATION + "/cancel").send().isProblem(401, "unauthenticated");
    }

    @Test
    void undo_beginsAnOperationOfItsOwn_forWhoMayRestore_andTellsWhereToLook() {
        begin(OperationStatus.Kind.RESTORE);
        backups.end("op-1", OperationStatus.Status.COMPLETED);

        call("POST", OPERATION + "/undo").send().isProblem(401, "unauthenticated");
        as("backup:write", "POST", OPERATION + "/undo").send().isProblem(403, "forbidden");
        Answer answer = as("backup:restore", "POST", OPERATION + "/undo").send().has(202);

        assertThat(backups.asked).containsExactly("undo op-1 by ada");
        assertThat(answer.header("Location")).endsWith("/api/v1/backup/operations/op-2");
        assertThat(answer.json())
                .containsEntry("operation", "op-2")
                .containsEntry("kind", "undo")
                .containsEntry("status", "running");
    }

    @Test
    void undo_ofWhatIsNoRestore_isAConflictThatSaysSo_andOfNothingNotFound() {
        begin(OperationStatus.Kind.CREATE);

        as("backup:restore", "POST", OPERATION + "/undo").send().isProblem(409, "refused", "op-1 is not undone");
        as("backup:restore", "POST", "/api/v1/backup/operations/op-9/undo")
                .send()
                .isProblem(404, "not_found", "op-9");
        assertThat(backups.asked).isEmpty();
    }

    @Test
    void events_tellEachChangeWhenItComes_andEndWithTheOperation() throws Exception {
        begin(OperationStatus.Kind.CREATE);

        try (Events events = events(OPERATION)) {
            assertThat(events.response.statusCode()).isEqualTo(200);
            assertThat(events.header("Content-Type")).startsWith("text/event-stream");
            assertThat(events.header("X-Accel-Buffering")).isEqualTo("no");
            assertThat(events.header("Cache-Control")).isEqualTo("no-store");
            // It is here before there is more: nothing on the way waits for a full buffer.
            assertThat(events.next())
                    .startsWith("id: 1\nevent: progress\ndata: {\"operation\":\"op-1\"")
                    .contains("\"status\":\"running\",\"phase\":\"dumping\",\"percent\":25");

            backups.end("op-1", OperationStatus.Status.COMPLETED);

            assertThat(events.next())
                    .startsWith("id: end\nevent: end\ndata: {\"operation\":\"op-1\"")
                    .contains("\"status\":\"completed\",\"phase\":\"done\",\"percent\":100");
            assertThat(events.next()).isNull();
        }
        await().until(() -> backups.watching() == 0);
    }

    @Test
    void events_ofWhatHasEnded_areOneEvent_andNoneForWhoHasSeenIt() throws Exception {
        begin(OperationStatus.Kind.CREATE);
        backups.end("op-1", OperationStatus.Status.FAILED);

        try (Events events = events(OPERATION)) {
            assertThat(events.next()).startsWith("id: end\nevent: end\n");
            assertThat(events.next()).isNull();
        }
        as("backup:read", "GET", OPERATION + "/events")
                .with("Last-Event-ID", "end")
                .send()
                .has(204);
    }

    @Test
    void events_ofNothing_areNotFound_andNeedTheScope() {
        as("backup:read", "GET", OPERATION + "/events").send().isProblem(404, "not_found");
        as("backup:write", "GET", OPERATION + "/events").send().isProblem(403, "forbidden");
        call("GET", OPERATION + "/events").send().isProblem(401, "unauthenticated");
    }

    @Test
    void events_areBounded_andAPlaceIsFreeAgainWhenItsClientGoesAway() throws Exception {
        ReliabilityApi api = standard().build();
        serve(new Components(api.singletons()), "");
        begin(OperationStatus.Kind.CREATE);
        List<Events> open = new ArrayList<>();
        try {
            while (open.size() < 8) {
                Events events = events(OPERATION);
                open.add(events);
                assertThat(events.next()).contains("progress");
            }
            as("backup:read", "GET", OPERATION + "/events").send().isProblem(429, "too_many_requests", "8");

            open.remove(0).close();
            await().atMost(Duration.ofSeconds(20)).until(() -> backups.watching() < 8);
            open.add(events(OPERATION));
            assertThat(open.get(7).next()).contains("progress");
        } finally {
            api.close();
            for (Events events : open) {
                events.close();
            }
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> backups.watching() == 0);
    }

    @Test
    void events_end_whenTheServiceIsAboutToStop() throws Exception {
        ReliabilityApi api = standard().build();
        serve(new Components(api.singletons()), "");
        begin(OperationStatus.Kind.CREATE);
        try (Events events = events(OPERATION)) {
            assertThat(events.next()).contains("progress");

            api.close();

            assertThat(events.next()).isNull();
        }
        as("backup:read", "GET", OPERATION + "/events").send().isProblem(429, "too_many_requests");
        as("backup:read", "GET", OPERATION).send().has(200);
    }

    private void begin(OperationStatus.Kind kind) {
        String id = backups.add(0, BackupType.FULL, BackupStatus.COMPLETED).id();
        OperationStatus unused = backups.begin(kind, id, new Caller("ada"), MemoryBackups.START);
    }

    private Events events(String operation) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address() + operation + "/events"))
                .header("Authorization", "Bearer " + token("backup:read"))
                .build();
        // A client of its own: closing a stream ends its connection.
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return new Events(client.send(request, HttpResponse.BodyHandlers.ofInputStream()));
    }

    /** A stream of events. */
    private static final class Events implements AutoCloseable {
        private final HttpResponse<InputStream> response;
        private final BufferedReader lines;

        Events(HttpResponse<InputStream> response) {
            this.response = response;
            this.lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        String header(String name) {
            return String.join(", ", response.headers().allValues(name));
        }

        /** The next event; null at the end. */
        String next() throws IOException {
            StringBuilder event = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty() && !event.isEmpty()) {
                    return event.toString();
                }
                if (!line.isEmpty() && !line.startsWith(":")) {
                    event.append(line).append('\n');
                }
            }
            return null;
        }

        @Override
        public void close() throws IOException {
            response.body().close();
        }
    }
}
