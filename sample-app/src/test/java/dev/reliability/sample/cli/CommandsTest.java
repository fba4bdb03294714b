package dev.reliability.sample.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.time.ManualTime;
import dev.reliability.core.time.TimeSource;
import dev.reliability.jaxrs.security.JwtVerifier;
import dev.reliability.jaxrs.security.VerifiedToken;
import dev.reliability.sample.Sample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The subcommands as a script sees them: arguments in; exit code, stdout and stderr out. */
@ExtendWith(PrivatePostgres.Shared.class)
class CommandsTest {
    private static final Pattern BACKUP_ID = Pattern.compile("[0-9]{8}_[0-9]{6}(_[0-9]+)?");

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final StringWriter err = new StringWriter();
    private final Map<String, String> environment = new HashMap<>();
    private TimeSource time = TimeSource.system();

    @Test
    void token_prints_a_token_and_nothing_else() throws Exception {
        ManualTime manual = new ManualTime();
        time = manual;
        environment.put("JWT_SECRET", Sample.SECRET);

        assertThat(run("token", "--ttl", "7d", "--scope", "documents:read backup:read", "--subject", "alice"))
                .isZero();

        VerifiedToken token = JwtVerifier.builder()
                .secret(Sample.SECRET)
                .time(manual)
                .build()
                .verify(out.toString().strip());
        assertThat(token.subject()).isEqualTo("alice");
        assertThat(token.scopes()).containsExactlyInAnyOrder("documents:read", "backup:read");
        assertThat(token.expiresAt()).isEqualTo(manual.now().plus(Duration.ofDays(7)));
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "frob",
                "backup tape",
                "restore",
                "token --ttl 7",
                "token --ttl 0s",
                "backup --bogus",
                "backup --scheduled-for yesterday",
                "backup --scheduled-for 2026-01-03T02:00:30Z",
                "backup --scheduled-for 2026-01-03T02:00:00Z --no-wait",
                "restore x --mode sideways",
                "restore x --accept untrusted",
                "undo",
                "undo x y",
                "verify a b",
                "verify x --level 3",
                "verify x --newest",
                "export x",
                "import",
                "storage",
                "storage check tape"
            })
    void what_is_no_command_is_a_usage_error(String line) {
        environment.put("JWT_SECRET", Sample.SECRET);
        environment.put("DB_PASSWORD", "x");

        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).isNotEmpty();
    }

    @Test
    void a_wrong_environment_is_a_line_a_fault() {
        environment.put("DB_PORT", "abc");
        environment.put("RETENTION_DAYS", "-1");
        environment.put("JWT_SECRET", "short");

        assertThat(run("serve")).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactlyInAnyOrder(
                        "DB_PORT is 'abc', must be a whole number from 1 to 65535",
                        "DB_PASSWORD is not set: must be a password, or its file's path in DB_PASSWORD_FILE",
                        "RETENTION_DAYS is '-1', must be a whole number from 1 to 36500",
                        "JWT_SECRET has 5 bytes in UTF-8, must have 32 or more");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void help_goes_to_stdout() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains(
                        "serve", "backup", "restore", "undo", "cleanup", "verify", "list", "export", "import",
                        "storage", "token");
    }

    @Test
    void backup_prints_the_path_and_list_knows_it(PrivatePostgres server) {
        use(server);

        assertThat(run("backup")).as(err.toString()).isZero();
        String path = out.toString().strip();
        assertThat(Path.of(path)).isRegularFile();
        assertThat(path).matches(".*/backups/database/backup_\\d{8}_\\d{6}\\.sql\\.gz");

        out.getBuffer().setLength(0);
        assertThat(run("list")).isZero();
        assertThat(out.toString()).matches("\\d{8}_\\d{6}\tdatabase\tcompleted\t\\d+\t" + path + "\n");
    }

    @Test
    void undo_prints_its_operation_by_which_it_is_undone_as_well(PrivatePostgres server) {
        use(server);
        assertThat(run("backup")).as(err.toString()).isZero();
        String id = BACKUP_ID
                .matcher(out.toString())
                .results()
                .findFirst()
                .orElseThrow()
                .group();
        String restore = printed("restore", id);
        assertThat(err.toString()).contains(" this undoes it: undo " + restore + "\n");

        String undo = printed("undo", restore);

        assertThat(undo).matches("op_\\d{8}_\\d{6}_[0-9a-f]{6}").isNotEqualTo(restore);
        assertThat(err.toString()).contains(restore + " is undone; database ");
        assertThat(run("undo", restore)).isEqualTo(4);
        assertThat(err.toString()).contains("  it was undone by " + undo + " already");
        assertThat(printed("undo", "--no-wait", "--no-progress", undo)).isNotEqualTo(undo);
        assertThat(run("undo", "op_20200101_000000_000000")).isEqualTo(6);
        assertThat(err.toString()).contains("there is no operation 'op_20200101_000000_000000'");
        err.getBuffer().setLength(0);
        assertThat(printed("restore", "--mode", "in_place", id)).isNotEmpty();
        assertThat(err.toString()).doesNotContain("undoes it");
    }

    private String printed(String... arguments) {
        out.getBuffer().setLength(0);
        assertThat(run(arguments)).as(err.toString()).isZero();
        return out.toString().strip();
    }

    @Test
    void encrypted_backups_need_their_identity_and_key_check_proves_it(PrivatePostgres server) throws Exception {
        use(server);
        Path identity = identity("identity.txt");
        environment.put("BACKUP_SIGNING_KEY", "k".repeat(32));
        assertThat(run("key", "check", "--identity", identity.toString())).isEqualTo(6);
        environment.put("BACKUP_ENCRYPTION_RECIPIENTS", recipientOf(identity));
        assertThat(run("backup")).as(err.toString()).isZero();
        assertThat(out.toString()).endsWith(".sql.gz.age\n");
        String id = BACKUP_ID
                .matcher(out.toString())
                .results()
                .findFirst()
                .orElseThrow()
                .group();
        out.getBuffer().setLength(0);

        assertThat(run("restore", id)).isEqualTo(4);
        assertThat(err.toString()).contains("is encrypted, and no identity is given");
        assertThat(run("key", "check", "--identity", identity("other.txt").toString()))
                .isEqualTo(1);
        assertThat(out.toString()).startsWith("closed\t").contains("\tnever\t");
        out.getBuffer().setLength(0);
        assertThat(run("key", "check", "--identity", identity.toString())).isZero();
        assertThat(out.toString()).startsWith("opens\t").endsWith("\t" + recipientOf(identity) + "\n");
        assertThat(run("restore", "--identity", identity.toString(), id))
                .as(err.toString())
                .isZero();
        assertThat(run("key", "check")).isEqualTo(2);
        assertThat(err.toString()).contains("no identity is given: name its file by --identity");
    }

    @Test
    void every_backup_is_copied_offsite_and_restored_from_there(PrivatePostgres server) throws Exception {
        use(server);
        assertThat(run("copy")).isEqualTo(2);
        assertThat(err.toString()).contains("BACKUP_OFFSITE is not set");
        Path blocked = Files.writeString(folder.resolve("blocked"), "a file in the way");
        environment.put("BACKUP_OFFSITE", blocked.toString());
        assertThat(run("backup")).as("made, and not copied").isEqualTo(1);
        String first = out.toString();
        assertThat(first).endsWith(".sql.gz\n");
        out.getBuffer().setLength(0);
        Path offsite = folder.resolve("offsite");
        environment.put("BACKUP_OFFSITE", offsite.toString());

        assertThat(run("backup")).as(err.toString()).isZero();

        String id = BACKUP_ID
                .matcher(out.toString())
                .results()
                .findFirst()
                .orElseThrow()
                .group();
        try (var files = Files.list(offsite.resolve("database"))) {
            assertThat(files).as("two backups, two files each").hasSize(4);
        }
        assertThat(run("copy")).isZero();
        assertThat(err.toString()).endsWith("every backup is there already\n");
        out.getBuffer().setLength(0);
        assertThat(run("copy", id)).isZero();
        assertThat(out.toString()).isEqualTo(id + "\n");
        environment.put("BACKUP_DIR", offsite.toString());
        assertThat(run("verify")).as(err.toString()).isZero();
        assertThat(run("restore", id)).as(err.toString()).isZero();
    }

    private Path identity(String name) throws Exception {
        Path file = folder.resolve(name);
        assertThat(new ProcessBuilder("age-keygen", "-o", file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("age-keygen.log").toFile())
                        .start()
                        .waitFor())
                .isZero();
        return file;
    }

    private static String recipientOf(Path identity) throws IOException {
        String marker = "# public key: ";
        return Files.readAllLines(identity).stream()
                .filter(line -> line.startsWith(marker))
                .findFirst()
                .orElseThrow()
                .substring(marker.length());
    }

    @Test
    void export_prints_the_path_of_a_file_that_import_takes_into_another_repository(PrivatePostgres server) {
        use(server);
        assertThat(run("backup")).as(err.toString()).isZero();
        assertThat(run("list")).isZero();
        String id = out.toString().lines().skip(1).findFirst().orElseThrow().split("\t")[0];
        Path tar = folder.resolve("one.tar");
        out.getBuffer().setLength(0);

        assertThat(run("export", id, tar.toString())).as(err.toString()).isZero();

        assertThat(out.toString()).isEqualTo(tar + "\n");
        out.getBuffer().setLength(0);
        assertThat(run("export", id, "-")).isZero();
        assertThat(bytes.toByteArray()).isEqualTo(contentOf(tar));
        assertThat(out.toString()).isEmpty();
        assertThat(run("export", id, tar.toString())).as("it is there already").isEqualTo(4);
        assertThat(run("export", "20200101_000000", folder.resolve("no.tar").toString()))
                .isEqualTo(6);
        environment.put("BACKUP_DIR", folder.resolve("elsewhere").toString());
        assertThat(run("import", tar.toString())).as(err.toString()).isZero();
        assertThat(out.toString()).isEqualTo(id + "\n");
        environment.put("BACKUP_SIGNING_KEY", "k".repeat(32));
        environment.put("BACKUP_DIR", folder.resolve("trusting its key alone").toString());
        assertThat(run("import", tar.toString())).isEqualTo(4);
        assertThat(run("import", "--trust", tar.toString())).as(err.toString()).isZero();
    }

    private static byte[] contentOf(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_fire_time_is_backed_up_once_named_by_option_or_by_the_name_of_a_job(PrivatePostgres server) {
        use(server);
        long minute = TimeSource.system().now().getEpochSecond() / 60 - 3;
        environment.put("BACKUP_JOB_NAME", "auto-backup-" + minute);

        assertThat(run("backup")).as(err.toString()).isZero();
        String path = out.toString().strip();
        environment.put("BACKUP_JOB_NAME", "by-hand");
        out.getBuffer().setLength(0);
        assertThat(run(
                        "backup",
                        "--scheduled-for",
                        Instant.ofEpochSecond(minute * 60).toString()))
                .isZero();
        assertThat(out.toString().strip()).isEqualTo(path);
        out.getBuffer().setLength(0);
        assertThat(run("backup")).isZero();
        assertThat(out.toString().strip()).isNotEqualTo(path);
    }

    @Test
    void a_storage_backup_reads_the_variables_of_the_storage(PrivatePostgres server) {
        use(server);
        environment.put("STORAGE_TYPE", "tape");

        assertThat(run("backup", "database")).isZero();
        assertThat(run("backup", "storage")).isEqualTo(2);
        assertThat(err.toString()).contains("STORAGE_TYPE is 'tape'");
    }

    @Test
    void verify_prints_a_line_a_finding_and_ends_with_7_for_damage(PrivatePostgres server) throws Exception {
        use(server);
        assertThat(run("backup")).as(err.toString()).isZero();
        Path dump = Path.of(out.toString().strip());
        String id = dump.getFileName().toString().replaceAll("backup_|\\.sql\\.gz", "");
        out.getBuffer().setLength(0);

        assertThat(run("verify", id)).as(err.toString()).isZero();
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("backup " + id + " is whole", "restored into a PostgreSQL of its own");
        err.getBuffer().setLength(0);
        assertThat(run("verify", "--level", "1", id)).as(err.toString()).isZero();
        assertThat(err.toString()).contains("backup " + id + " is whole").doesNotContain("restored");
        Files.writeString(dump.resolveSibling("notes.txt"), "mine");
        assertThat(run("verify")).as(err.toString()).isZero();
        assertThat(out.toString()).startsWith("foreign database/notes.txt: ").hasLineCount(1);

        out.getBuffer().setLength(0);
        Files.delete(dump);
        assertThat(run("verify", id)).isEqualTo(7);
        assertThat(out.toString())
                .startsWith("missing database/backup_" + id + ".sql.gz: ")
                .hasLineCount(1);
        assertThat(run("verify", "--no-wait")).isEqualTo(7);
    }

    @Test
    void what_is_not_there_is_not_found(PrivatePostgres server) {
        use(server);

        assertThat(run("restore", "20200101_000000")).isEqualTo(6);
        assertThat(run("restore", "/no/such/dump.sql.gz")).isEqualTo(6);
        assertThat(run("verify", "20200101_000000")).isEqualTo(6);
        assertThat(run("verify", "yesterday")).isEqualTo(6);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void a_database_out_of_reach_is_a_failure(PrivatePostgres server) {
        use(server);
        environment.put("DB_PORT", "1");

        assertThat(run("backup")).isEqualTo(1);
        assertThat(err.toString())
                .contains("PostgreSQL can not be reached")
                .doesNotContain(server.password(PrivatePostgres.ROLE));
    }

    @Test
    void storage_check_prints_a_line_a_promise_of_each_store_and_leaves_nothing() throws Exception {
        environment.put("STORAGE_DIR", folder.resolve("storage").toString());
        environment.put("BACKUP_DIR", folder.resolve("backups").toString());
        assertThat(run("storage", "check", "offsite")).as("not configured").isEqualTo(2);
        err.getBuffer().setLength(0);

        assertThat(run("storage", "check")).as(err.toString() + out).isZero();

        List<String> lines = out.toString().lines().toList();
        assertThat(lines).allMatch(line -> line.matches("(documents|backups)\t\\d+\\.\\d+\tkept\t.+"));
        assertThat(lines.get(0)).startsWith("documents\t1.1\tkept\tan object is invisible while it is written");
        assertThat(lines).filteredOn(line -> line.startsWith("backups\t")).hasSize(lines.size() / 2);
        assertThat(err.toString()).isEmpty();
        environment.put("BACKUP_OFFSITE", folder.resolve("offsite").toString());
        assertThat(run("storage", "check", "offsite")).as(err.toString()).isZero();
        assertThat(out.toString()).contains("offsite\t10.1\tkept\t");
        assertThat(folder.resolve("offsite")).isEmptyDirectory();
        assertThat(folder.resolve("storage")).isEmptyDirectory();
        assertThat(folder.resolve("backups")).isEmptyDirectory();
    }

    @Test
    void storage_check_of_a_store_that_can_not_be_used_is_a_failure_in_one_line() throws Exception {
        environment.put(
                "BACKUP_DIR",
                Files.writeString(folder.resolve("file"), "no folder").toString());

        assertThat(run("storage", "check", "backups")).isEqualTo(1);

        assertThat(err.toString()).startsWith("backups: ").contains("file").hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void cleanup_without_backups_prints_nothing(PrivatePostgres server) {
        use(server);

        assertThat(run("cleanup")).isZero();
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void a_dry_run_of_a_cleanup_begins_no_operation(PrivatePostgres server) {
        use(server);

        assertThat(run("cleanup", "--dry-run")).as(err.toString()).isZero();

        assertThat(out.toString()).isEmpty();
        assertThat(folder.resolve("backups/.repository/format.json")).exists();
        assertThat(folder.resolve("backups/.repository/operations")).doesNotExist();
    }

    @Test
    void a_dry_run_of_a_restore_tells_what_it_would_do_and_whether_it_could(PrivatePostgres server) throws Exception {
        use(server);
        String database = environment.get("DB_NAME");
        server.execute(
                PrivatePostgres.ROLE, database, "CREATE TABLE t (a int)", "INSERT INTO t SELECT generate_series(1, 9)");
        assertThat(run("backup")).as(err.toString()).isZero();
        String path = out.toString().strip();
        String id = path.substring(path.lastIndexOf("backup_") + 7, path.indexOf(".sql.gz"));
        server.execute(PrivatePostgres.ROLE, database, "DELETE FROM t");
        out.getBuffer().setLength(0);

        assertThat(run("restore", id, "--dry-run")).as(err.toString()).isZero();

        assertThat(out.toString().lines())
                .anyMatch(line -> line.startsWith("Restore of database backup " + id + " of 20"))
                .anyMatch(line -> line.matches("Database " + database + ": [0-9.]+ MB, is replaced by a new one of that"
                        + " name, and kept as " + database + "_b_<operation>"))
                .anyMatch(line -> line.matches("  takes [0-9.]+ MB \\(whether it is there can not be asked\\) .*"))
                .anyMatch(line -> line.matches("  at most \\d+ transactions since the backup are lost"))
                .anyMatch(line -> line.startsWith("How long it takes is not known"))
                .endsWith("Nothing is known to be in its way; nothing was done");
        assertThat(server.query(database, "SELECT count(*) FROM t")).containsExactly("0");

        try (Connection administrator = server.connect(PrivatePostgres.SUPERUSER, database)) {
            assertThat(administrator.isValid(1)).isTrue();
            out.getBuffer().setLength(0);
            assertThat(run("restore", path, "--dry-run", "--mode", "switch")).isEqualTo(4);
            assertThat(out.toString().lines())
                    .contains("It would be refused; nothing was done", "    1 of postgres, PostgreSQL JDBC Driver")
                    .anyMatch(line -> line.startsWith("  the session ") && line.contains("of postgres"));
        }
        out.getBuffer().setLength(0);
        assertThat(run("backup", "storage")).as(err.toString()).isZero();
        assertThat(run("restore", out.toString().strip(), "--dry-run")).isZero();
        assertThat(out.toString()).contains("Documents: 0 are written, at most 0 replaced, 0 deleted\n");
        Path foreign = Files.writeString(
                folder.resolve("foreign.sql"), "SELECT 1;\n--\n-- PostgreSQL database dump complete\n--\n\n");
        assertThat(run("restore", foreign.toString(), "--dry-run")).isEqualTo(4);
        assertThat(run("restore", foreign.toString(), "--dry-run", "--trust")).isZero();
        assertThat(run("restore", "20200101_000000", "--dry-run")).isEqualTo(6);
        assertThat(err.toString()).doesNotContain("Exception");
    }

    private void use(PrivatePostgres server) {
        environment.putAll(Sample.environment(server, server.createDatabase(), folder));
        environment.remove("JWT_SECRET");
    }

    private int run(String... arguments) {
        PrintWriter told = new PrintWriter(err, true);
        return Commands.run(
                new CommandContext(
                        environment, new PrintWriter(out, true), bytes, told, null, new Interruption(told), null, time),
                arguments);
    }
}
