package dev.reliability.sample.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.time.TimeSource;
import dev.reliability.sample.Sample;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/disaster-recovery.md}: one server is gone, another one is empty, and only the repository is there. */
class DisasterRecoveryTest {
    private static final String DATABASE = "ai_doc_library";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void the_database_the_documents_and_the_roles_come_back_on_a_server_that_has_none_of_them() throws Exception {
        String id;
        byte[] content = {1, 2, 3};
        String document;
        try (PrivatePostgres lost = PrivatePostgres.create()) {
            lost.execute(
                    PrivatePostgres.SUPERUSER,
                    "postgres",
                    "CREATE ROLE ai_doc LOGIN CREATEDB PASSWORD 'the old password'",
                    "GRANT pg_signal_backend TO ai_doc",
                    "CREATE ROLE \"a reader's\" NOINHERIT VALID UNTIL '2100-01-01 00:00:00+00'",
                    "CREATE ROLE reporting LOGIN",
                    "ALTER ROLE reporting SET work_mem = '7MB'",
                    "GRANT \"a reader's\" TO reporting WITH ADMIN OPTION",
                    "ALTER ROLE app NOCREATEDB",
                    "CREATE DATABASE " + DATABASE + " OWNER ai_doc");
            Map<String, String> environment = environment(lost, "the old password", "storage");
            try (Sample sample = start(lost, environment)) {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> sample.get("/api/v1/documents").statusCode() == 200);
                document = sample.upload("one.bin", content);
            }
            lost.execute(
                    PrivatePostgres.SUPERUSER,
                    DATABASE,
                    "GRANT SELECT ON documents TO \"a reader's\"",
                    "GRANT CONNECT ON DATABASE " + DATABASE + " TO reporting");
            assertThat(run(environment, "backup", "full")).as(err.toString()).isZero();
            id = out.toString().strip();
        }
        try (PrivatePostgres empty = PrivatePostgres.create()) {
            Map<String, String> environment = environment(empty, "a new password", "new storage");
            environment.put("DB_ADMIN_USER", PrivatePostgres.SUPERUSER);
            environment.put("DB_ADMIN_PASSWORD", empty.password(PrivatePostgres.SUPERUSER));

            assertThat(run(environment, "restore", "--roles", "--yes", id))
                    .as(err.toString())
                    .isZero();

            assertThat(err.toString()).contains("roles made: ").contains("ai_doc", "a reader's", "reporting");
            try (Sample sample = start(empty, environment)) {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> sample.get("/api/v1/documents").statusCode() == 200);
                assertThat(sample.bytes(sample.request("/api/v1/documents/" + document + "/content")))
                        .isEqualTo(content);
            }
            assertThat(empty.query("postgres", "SELECT rolcreatedb FROM pg_roles WHERE rolname = 'app'"))
                    .as("a role that is there stays as it is")
                    .containsExactly("t");
            assertThat(empty.query("postgres", "SELECT rolcreatedb FROM pg_roles WHERE rolname = 'ai_doc'"))
                    .containsExactly("t");
            assertThat(empty.query(
                            "postgres",
                            "SELECT roleid::regrole || ' ' || member::regrole || ' ' || admin_option FROM pg_auth_members"
                                    + " WHERE member::regrole::text IN ('ai_doc', 'reporting') ORDER BY 1"))
                    .containsExactly("\"a reader's\" reporting true", "pg_signal_backend ai_doc false");
            assertThat(
                            empty.query(
                                    "postgres",
                                    "SELECT setconfig FROM pg_db_role_setting WHERE setrole = 'reporting'::regrole AND setdatabase = 0"))
                    .containsExactly("{work_mem=7MB}");
            assertThat(empty.query(
                            DATABASE,
                            "SELECT has_table_privilege('a reader''s', 'documents', 'SELECT')"
                                    + " AND has_database_privilege('reporting', '" + DATABASE + "', 'CONNECT')"))
                    .containsExactly("t");

            assertThat(run(environment, "restore", "--roles", "--yes", id)).isZero();
            assertThat(err.toString()).contains("roles made: none");

            assertThat(run(environment, "verify", "--newest"))
                    .as(err.toString())
                    .isZero();
            assertThat(err.toString()).contains("restored into a PostgreSQL of its own");
        }
    }

    private Map<String, String> environment(PrivatePostgres server, String password, String storage) {
        Map<String, String> environment = new HashMap<>(Sample.environment(server, DATABASE, folder));
        environment.put("DB_USER", "ai_doc");
        environment.put("DB_PASSWORD", password);
        environment.put("STORAGE_DIR", folder.resolve(storage).toString());
        environment.put("BACKUP_SIGNING_KEY", "a signing key of at least 32 bytes");
        return environment;
    }

    private Sample start(PrivatePostgres server, Map<String, String> environment) throws Exception {
        List<String> namesAndValues = environment.entrySet().stream()
                .flatMap(entry -> List.of(entry.getKey(), entry.getValue()).stream())
                .toList();
        return Sample.start(server, DATABASE, folder, namesAndValues.toArray(String[]::new));
    }

    private int run(Map<String, String> environment, String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        PrintWriter told = new PrintWriter(err, true);
        return Commands.run(
                new CommandContext(
                        environment,
                        new PrintWriter(out, true),
                        new ByteArrayOutputStream(),
                        told,
                        null,
                        new Interruption(told),
                        null,
                        TimeSource.system()),
                arguments);
    }
}
