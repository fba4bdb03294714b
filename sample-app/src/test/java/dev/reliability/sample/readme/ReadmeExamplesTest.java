package dev.reliability.sample.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reliability.backup.BackupManager;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.health.HealthStatus;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.health.HealthMonitor;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Server;
import org.glassfish.jersey.jetty.JettyHttpContainerFactory;
import org.glassfish.jersey.server.ResourceConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** Runs the Java of the README. That it stands there word for word is a test of the acceptance tests. */
@ExtendWith(PrivatePostgres.Shared.class)
class ReadmeExamplesTest {
    private static final String SECRET = "a secret of at least 32 bytes for tests";

    private final PrivatePostgres postgres;
    private final String database;
    private final PGSimpleDataSource dataSource = new PGSimpleDataSource();

    ReadmeExamplesTest(PrivatePostgres postgres) {
        this.postgres = postgres;
        this.database = postgres.createDatabase();
        dataSource.setServerNames(new String[] {postgres.host()});
        dataSource.setPortNumbers(new int[] {postgres.port()});
        dataSource.setDatabaseName(database);
        dataSource.setUser(PrivatePostgres.ROLE);
        dataSource.setPassword(postgres.password(PrivatePostgres.ROLE));
    }

    @Test
    void breaker_asksTheDatabase_andAfterFiveFailuresNoMore() throws Exception {
        ReadmeExamples.Breaker example = new ReadmeExamples.Breaker(dataSource);
        assertThat(example.ask()).isEqualTo(database);

        dataSource.setPortNumbers(new int[] {1});
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(example::ask).isInstanceOf(SQLException.class);
        }
        assertThat(example.ask()).matches("try again in (29|30) s");
    }

    @Test
    void health_isThatOfDatabaseAndDocuments(@TempDir Path folder) throws Exception {
        ReadmeExamples.Health example = new ReadmeExamples.Health(dataSource, LocalObjectStore.open(folder));
        try (HealthMonitor health = example.monitor()) {
            assertThat(example.first().components()).hasSize(2);
            await().until(() -> health.health().status() == HealthStatus.HEALTHY);
            assertThat(health.components()).extracting("name").containsExactly("database", "storage");
            assertThat(health.circuitBreakers()).extracting("name").containsExactly("database");
        }
    }

    @Test
    void backups_areMadeAndRestored(@TempDir Path folder) throws Exception {
        postgres.execute(PrivatePostgres.ROLE, database, "CREATE TABLE documents AS SELECT text 'a.txt' AS key");
        ObjectStore documents = LocalObjectStore.open(folder.resolve("documents"));
        documents.put("a.txt", ObjectAttributes.NONE, ObjectBody.of(new byte[] {1}));
        ReadmeExamples.Backups example = new ReadmeExamples.Backups(
                postgres.host(), postgres.port(), postgres.password(PrivatePostgres.ROLE), SECRET);

        OperationStatus restored = example.thereAndBack(folder.resolve("backups"), database, documents, snapshot -> {
            try (Statement statement = snapshot.createStatement();
                    var rows = statement.executeQuery("SELECT key FROM documents")) {
                rows.next();
                return Stream.of(rows.getString(1));
            }
        });

        assertThat(restored.status()).as(restored.message()).isEqualTo(OperationStatus.Status.COMPLETED);
        assertThat(restored.kind()).isEqualTo(OperationStatus.Kind.RESTORE);
        assertThat(postgres.query(database, "SELECT key FROM documents")).containsExactly("a.txt");
    }

    @Test
    void myApplication_mountsTheEndpoints(@TempDir Path folder) throws Exception {
        ObjectStore store = LocalObjectStore.open(folder);
        try (HealthMonitor health = new ReadmeExamples.Health(dataSource, store).monitor();
                BackupManager backups = BackupManager.builder(store).build()) {
            MyApplication application = new MyApplication(health, backups, SECRET);
            Server server = JettyHttpContainerFactory.createServer(
                    URI.create("http://localhost:0/"), ResourceConfig.forApplication(application));
            try {
                assertThat(status(server, "/health/live")).isEqualTo(200);
                assertThat(status(server, "/api/v1/backup/list")).isEqualTo(401);
            } finally {
                server.stop();
            }
        }
    }

    private static int status(Server server, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(server.getURI().resolve(path)).build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
