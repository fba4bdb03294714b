package dev.reliability.sample.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.BackupManager;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.time.TimeSource;
import dev.reliability.jaxrs.security.JwtIssuer;
import dev.reliability.sample.Sample;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** A backup of an older version of the application is restored while this version serves. */
@ExtendWith(PrivatePostgres.Shared.class)
class OlderSchemaTest {
    private static final String DOCUMENTS = "/api/v1/documents";
    private static final String KEY = "a signing key of at least 32 bytes";
    private static final int CLIENTS = 8;

    @TempDir
    private Path folder;

    private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();

    @Test
    void nobody_meets_the_older_schema_and_what_is_restored_is_served_by_this_version(PrivatePostgres server)
            throws Exception {
        String database = server.createDatabase();
        String older = backupOfAnOlderVersion(server, database);
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try (Sample sample = Sample.start(server, database, folder, "BACKUP_SIGNING_KEY", KEY)) {
            Awaitility.await().until(() -> sample.get(DOCUMENTS).statusCode() == 200);
            String lost = sample.upload("newer-than-the-backup", new byte[] {1});
            AtomicBoolean over = new AtomicBoolean();
            List<Future<?>> load = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                load.add(clients.submit(() -> {
                    while (!over.get()) {
                        HttpResponse<String> answer = sample.get(DOCUMENTS);
                        answers.computeIfAbsent(told(answer), told -> new LongAdder())
                                .increment();
                    }
                    return over;
                }));
            }

            restore(sample, older);

            over.set(true);
            for (Future<?> client : load) {
                client.get();
            }
            assertThat(sample.get(DOCUMENTS).body()).contains("\"count\":0");
            assertThat(sample.get(DOCUMENTS + "/" + lost).statusCode()).isEqualTo(404);
            sample.upload("after-it", new byte[] {2});
        } finally {
            clients.shutdown();
        }
        assertThat(answers)
                .as("in the moment of the switch somebody may be told to come again")
                .allSatisfy(
                        (told, times) -> assertThat(told).matches("200|503 .*").doesNotContain("being prepared"));
        assertThat(answers.get("200").sum()).isPositive();
        assertThat(server.query(database, "SELECT version FROM flyway_schema_history ORDER BY installed_rank"))
                .containsExactly("0", "1");
    }

    private static String told(HttpResponse<String> answer) {
        return answer.statusCode() == 200 ? "200" : answer.statusCode() + " " + Sample.field(answer, "detail");
    }

    /** One that had no documents yet. */
    private String backupOfAnOlderVersion(PrivatePostgres server, String database) throws Exception {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl("jdbc:postgresql://" + server.host() + ":" + server.port() + "/" + database);
        source.setUser(PrivatePostgres.ROLE);
        source.setPassword(server.password(PrivatePostgres.ROLE));
        Schema.migrate(source);
        server.execute(
                PrivatePostgres.ROLE,
                database,
                "DROP TABLE documents, object_deletions",
                "UPDATE flyway_schema_history SET version = '0', type = 'BASELINE', checksum = NULL,"
                        + " description = '<< Flyway Baseline >>', script = '<< Flyway Baseline >>'");
        try (BackupManager older = BackupManager.builder(LocalObjectStore.open(folder.resolve("backups")))
                .database(server.config(database))
                .signingKeys(List.of(KEY))
                .build()) {
            OperationStatus made = older.await(older.create(BackupType.DATABASE, new Caller("an older version"))
                    .id());
            assertThat(made.status()).as(made.message()).isEqualTo(OperationStatus.Status.COMPLETED);
            return String.valueOf(made.backupId());
        }
    }

    private static void restore(Sample sample, String backup) throws Exception {
        String token = JwtIssuer.withSecret(Sample.SECRET, TimeSource.system())
                .issue("tester", Set.of("backup:read", "backup:restore"), Duration.ofMinutes(5));
        HttpResponse<String> begun = sample.send(sample.anonymous("/api/v1/backup/restore/" + backup)
                .header("Authorization", "Bearer " + token)
                .POST(BodyPublishers.noBody()));
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
        String operation = "/api/v1/backup/operations/" + Sample.field(begun, "operation");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> Sample.field(sample.get(operation), "status"), status -> !status.equals("running"));
        assertThat(sample.get(operation).body()).contains("\"status\":\"completed\"");
    }
}
