package dev.reliability.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The guide's script and its commands for hard times, in a shell with the guide's variables. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BackupScriptIT {
    private static final String PSQL = "PGPASSWORD=$DB_PASSWORD psql -X -q -h $DB_HOST -p $DB_PORT -U $DB_USER";

    private static LocalBackend local;
    private static String dump;

    @BeforeAll
    static void start() throws Exception {
        local = LocalBackend.start(Map.of());
        try (Connection connection = local.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE notes (id int PRIMARY KEY, note text)");
            statement.execute("INSERT INTO notes SELECT n, 'note ' || n FROM generate_series(1, 1000) n");
        }
        local.backend().upload("a document.txt", new byte[] {1, 2, 3});
    }

    @AfterAll
    static void stop() throws IOException {
        local.close();
    }

    @Test
    @Order(1)
    void backup_printsThePathOfTheDump_andNothingElse() throws Exception {
        LocalBackend.Result backup = local.shell("./scripts/backup-script.sh backup");
        assertThat(backup.code()).as(backup.err()).isZero();
        dump = backup.out().strip();
        assertThat(dump).matches(".*/database/backup_[0-9]{8}_[0-9]{6}\\.sql\\.gz");
        assertThat(Path.of(dump)).isRegularFile();

        LocalBackend.Result full = local.shell("./scripts/backup-script.sh full");
        assertThat(full.code()).as(full.err()).isZero();
        assertThat(full.out().strip()).contains("/full/");
    }

    @Test
    @Order(2)
    void section8_theDumpIsReadByGunzipAndPsqlAlone() throws Exception {
        assertThat(local.shell("gunzip -t \"$1\"", dump).code()).isZero();
        assertThat(local.shell("gunzip -c \"$1\" | head -n 50", dump).out()).contains("PostgreSQL database dump");

        LocalBackend.Result loaded = local.shell(
                PSQL + " -d postgres -c 'CREATE DATABASE by_hand' && gunzip -c \"$1\" | " + PSQL
                        + " -v ON_ERROR_STOP=1 -d by_hand",
                dump);
        assertThat(loaded.code()).as(loaded.err()).isZero();
        assertThat(count("by_hand")).isEqualTo(1000);
        assertThat(local.shell(PSQL + " -d postgres -c 'DROP DATABASE by_hand'").code())
                .isZero();
    }

    @Test
    @Order(3)
    void restore_takesThePath() throws Exception {
        deleteNotes();
        LocalBackend.Result restored = local.shell("./scripts/backup-script.sh restore \"$1\"", dump);
        assertThat(restored.code()).as(restored.err()).isZero();
        assertThat(restored.out().strip()).as("the operation alone").startsWith("op_");
        assertThat(count(local.variable("DB_NAME"))).isEqualTo(1000);
    }

    @Test
    @Order(4)
    void restore_takesAForeignFileOnlyWithTrust() throws Exception {
        Path foreign = local.dataDir().resolve("foreign dump.sql.gz");
        LocalBackend.Result dumped = local.shell(
                "PGPASSWORD=$DB_PASSWORD pg_dump -h $DB_HOST -p $DB_PORT -U $DB_USER $DB_NAME | gzip > \"$1\"",
                foreign.toString());
        assertThat(dumped.code()).as(dumped.err()).isZero();
        deleteNotes();

        LocalBackend.Result refused = local.shell("./scripts/backup-script.sh restore \"$1\"", foreign.toString());
        assertThat(refused.code()).as(refused.err()).isEqualTo(4);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).contains("--trust");
        assertThat(count(local.variable("DB_NAME"))).isZero();

        LocalBackend.Result trusted =
                local.shell("./scripts/backup-script.sh restore \"$1\" --trust --yes", foreign.toString());
        assertThat(trusted.code()).as(trusted.err()).isZero();
        assertThat(count(local.variable("DB_NAME"))).isEqualTo(1000);
    }

    @Test
    @Order(5)
    void restore_tellsByItsExitCodeWhatIsWrong() throws Exception {
        assertThat(local.shell("./scripts/backup-script.sh restore /nowhere/none.sql.gz")
                        .code())
                .isEqualTo(6);
        assertThat(local.shell("./scripts/backup-script.sh tape").code()).isEqualTo(2);
        assertThat(local.shell("DB_PORT=abc ./scripts/backup-script.sh backup").code())
                .isEqualTo(2);

        byte[] whole = Files.readAllBytes(Path.of(dump));
        byte[] flipped = whole.clone();
        flipped[whole.length / 2] ^= 1;
        Files.write(Path.of(dump), flipped);
        LocalBackend.Result damaged = local.shell("./scripts/backup-script.sh restore \"$1\"", dump);
        assertThat(damaged.code()).as(damaged.err()).isEqualTo(7);
        assertThat(damaged.err()).contains("sha256");
        Files.write(Path.of(dump), whole);
    }

    @Test
    @Order(6)
    void cleanup_printsOneLineForEachIdThatIsGone_andKeepsTheFloor() throws Exception {
        LocalBackend.Result cleaned = local.shell("RETENTION_DAYS=1 ./scripts/backup-script.sh cleanup");
        assertThat(cleaned.code()).as(cleaned.err()).isZero();
        assertThat(cleaned.out()).isEmpty();
        assertThat(Path.of(dump)).exists();
    }

    @Test
    @Order(7)
    void theScript_worksFromAnyFolder_withoutTheBackendsVariables() throws Exception {
        LocalBackend.Result backup = local.shell(
                "unset JWT_SECRET STORAGE_DIR SERVER_PORT && cd / && \"$1\" backup",
                LocalBackend.ROOT.resolve("scripts/backup-script.sh").toString());
        assertThat(backup.code()).as(backup.err()).isZero();
    }

    private static void deleteNotes() throws SQLException {
        try (Connection connection = local.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM notes");
        }
    }

    private static int count(String database) throws SQLException {
        try (Connection connection = local.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM notes")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
