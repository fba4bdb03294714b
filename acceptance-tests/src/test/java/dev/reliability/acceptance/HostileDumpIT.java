package dev.reliability.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.acceptance.Backend.Answer;
import dev.reliability.acceptance.LocalBackend.Result;
import dev.reliability.backup.postgresql.HostileDump;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Dumps that mean harm at the three doors of a backend as it is deployed: HTTP, the guide's script, the command line. */
class HostileDumpIT {
    private static final String SCRIPT = "./scripts/backup-script.sh restore \"$@\"";
    private static final String COMMAND_LINE = "java=$1; jar=$2; shift 2; \"$java\" -jar \"$jar\" restore --yes \"$@\"";

    /** Of the live database: which one it is, and all its rows. */
    private static final String STATE =
            "SELECT oid || ' ' || (SELECT string_agg(w::text, ' ' ORDER BY id) FROM words w)"
                    + " FROM pg_database WHERE datname = current_database()";

    private static LocalBackend local;
    private static Path folder;
    private static HostileDump.Target target;
    private static String id;
    private static String innocent;

    private String before = "";

    @BeforeAll
    static void start() throws Exception {
        local = LocalBackend.start(Map.of());
        // psql and the server run as users of their own.
        folder = Files.createTempDirectory("hostile");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        target = new HostileDump.Target(
                folder.resolve("witness"), local.variable("DB_NAME"), "postgres", local.variable("DB_USER"));
        try (Connection connection = local.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE words (id int PRIMARY KEY, word text)");
            statement.execute("INSERT INTO words VALUES (1, 'one'), (2, 'two')");
        }
        id = local.backend().backUp("database");
        Result dumped = local.shell("PGPASSWORD=$DB_PASSWORD pg_dump -h $DB_HOST -p $DB_PORT -U $DB_USER $DB_NAME");
        assertThat(dumped.code()).as(dumped.err()).isZero();
        innocent = dumped.out();
    }

    @AfterAll
    static void stop() throws IOException {
        local.close();
        Files.delete(folder);
    }

    @BeforeEach
    void remember() throws SQLException {
        try (Connection connection = local.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO words SELECT max(id) + 1, 'later' FROM words");
        }
        before = state();
    }

    @AfterEach
    void nothingHappened() throws SQLException {
        assertThat(state()).isEqualTo(before);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anyOtherPsql_doesWhatTheFileSays() throws Exception {
        Path file = file(HostileDump.SHELL_COMMAND);
        Result loaded = local.shell(
                "PGPASSWORD=$DB_PASSWORD psql -X -q -h $DB_HOST -p $DB_PORT -U $DB_USER -d postgres -f \"$1\"",
                file.toString());
        assertThat(target.file()).as(loaded.err()).exists();
        Files.delete(target.file());
    }

    @ParameterizedTest
    @EnumSource(names = {"SHELL_COMMAND", "COPY_FROM_PROGRAM_IN_PIECES", "DROP_AFTER_COMMIT"})
    void aStrangersBackup_isRefusedAtEachDoor_andHarmlessWithTrust(HostileDump hostile) throws Exception {
        Path dump = local.backups().resolve("database/backup_" + id + ".sql.gz");
        Path manifest = local.backups().resolve("database/backup_" + id + ".json");
        byte[] ourDump = Files.readAllBytes(dump);
        byte[] ourManifest = Files.readAllBytes(manifest);
        StrangersBackup.in(dump, manifest, hostile.in(innocent, target));

        String restore = "/api/v1/backup/restore/" + id;
        Answer answer = local.backend().post(restore);
        assertThat(answer.status()).as(answer.text()).isEqualTo(409);
        assertThat(answer.problem()).isEqualTo("refused");
        assertThat(answer.text()).contains("it is not signed", "--trust");
        assertThat(local.backend().post(restore + "?accept=untrusted").status())
                .as("there is no such word over HTTP")
                .isEqualTo(400);
        assertRefused(script(dump.toString()), "--trust");
        assertRefused(commandLine(id), "--trust");
        assertRefused(script(dump.toString(), "--trust"), hostile.refusal());
        assertRefused(commandLine(id, "--trust", "--mode", "in_place"), hostile.refusal());

        Files.write(dump, ourDump);
        Files.write(manifest, ourManifest);
    }

    @ParameterizedTest
    @EnumSource(names = {"SHELL_COMMAND", "COPY_FROM_PROGRAM_IN_PIECES", "DROP_AFTER_COMMIT"})
    void aStrangersFile_isRefusedAtBothDoorsForFiles_andHarmlessWithTrust(HostileDump hostile) throws Exception {
        String file = file(hostile).toString();

        assertRefused(script(file), "--trust");
        assertRefused(commandLine(file), "--trust");
        assertRefused(script(file, "--trust"), hostile.refusal());
        assertRefused(commandLine(file, "--trust", "--mode", "in_place"), hostile.refusal());
    }

    private static void assertRefused(Result result, String why) {
        assertThat(result.code()).as(result.err()).isEqualTo(4);
        assertThat(result.err()).contains(why);
    }

    private static Result script(String... arguments) throws IOException {
        return local.shell(SCRIPT, arguments);
    }

    private static Result commandLine(String... arguments) throws IOException {
        String[] all = new String[arguments.length + 2];
        all[0] = JarBackend.java();
        all[1] = JarBackend.jar().toString();
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return local.shell(COMMAND_LINE, all);
    }

    private static Path file(HostileDump hostile) throws IOException {
        return Files.writeString(local.dataDir().resolve("a stranger's.sql"), hostile.in(innocent, target));
    }

    /** Also shows that the role's password is what it was. */
    private static String state() throws SQLException {
        try (Connection connection = local.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(STATE)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
