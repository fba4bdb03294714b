package example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.core.time.TimeSource;
import io.undertow.Undertow;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.resteasy.plugins.server.undertow.UndertowJaxrsServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnBackupsTest {
    @TempDir
    Path folder;

    private final PortedServer server = new PortedServer();
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("settings"), "original");
        Files.createDirectory(folder.resolve("backups"));
        server.start(Undertow.builder().addHttpListener(0, "127.0.0.1"));
        OwnBackups backups =
                new OwnBackups(folder.resolve("settings"), folder.resolve("backups"), TimeSource.system());
        server.deploy(new MyApplication(backups), "/");
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void anOwnService_isBackedUpAndRestoredByTheToolkitsEndpoints() throws Exception {
        HttpResponse<String> created = send("POST", "/api/v1/backup/create?type=storage", "operator");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(202);
        HttpResponse<String> list = send("GET", "/api/v1/backup/list", "operator");
        assertThat(list.body()).contains("\"count\":1");
        String id = list.body().replaceAll("(?s).*\"id\":\"([0-9_]+)\".*", "$1");

        Files.writeString(folder.resolve("settings"), "broken");
        assertThat(send("POST", "/api/v1/backup/restore/" + id, "operator").statusCode()).isEqualTo(202);
        assertThat(folder.resolve("settings")).hasContent("original");
        assertThat(send("DELETE", "/api/v1/backup/" + id, "operator").statusCode()).isEqualTo(204);
    }

    @Test
    void itsRefusals_areProblems_andTheHostSaysWhoMay() throws Exception {
        HttpResponse<String> refused = send("POST", "/api/v1/backup/create?type=database", "operator");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("type must be storage");
        assertThat(send("GET", "/api/v1/backup/list", "nobody").statusCode()).isEqualTo(401);
    }

    private HttpResponse<String> send(String method, String path, String user) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                        .header("X-User", user)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static final class PortedServer extends UndertowJaxrsServer {
        int port() {
            return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
        }
    }
}
