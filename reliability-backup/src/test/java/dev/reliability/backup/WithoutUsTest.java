package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reliability.backup.encryption.AgeKeys;
import dev.reliability.backup.encryption.Recipients;
import dev.reliability.backup.manifest.Compression;
import dev.reliability.backup.postgresql.ClientProgram;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A backup is checked and restored by the shell lines of docs/backup-format.md, "Without us", as they are printed there:
 * by sha256sum, openssl, gunzip, zstd, age, psql and jq alone.
 */
@ExtendWith(PrivatePostgres.Shared.class)
class WithoutUsTest {
    private static final Caller ALICE = new Caller("alice");
    private static final String KEY = "a signing key of at least 32 bytes";
    private static final String EXAMPLE = "20260103_140000";
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\n(.*?)^```$");
    private static final List<String> OBJECTS =
            List.of("plain", "a folder/with blanks /it's \"quoted\"", "-n", "-folder/x", "中文/文档 $HOME `id` *.txt");

    private final PrivatePostgres server;

    @TempDir
    Path folder;

    private String database = "";
    private Path repository;
    private String full = "";
    private String gzipDump = "";
    private String zstdDump = "";
    private String encryptedDump = "";
    private String encryptedFull = "";
    private Path identity;

    WithoutUsTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void backUp() throws Exception {
        database = server.createDatabase();
        repository = folder.resolve("backups");
        server.execute(
                PrivatePostgres.ROLE,
                database,
                "CREATE TABLE t (id int PRIMARY KEY, v text)",
                "INSERT INTO t SELECT g, E'row\\t\\\\' || g FROM generate_series(1, 1000) g",
                "SELECT lo_from_bytea(0, '\\xdeadbeef')");
        LocalObjectStore objects = LocalObjectStore.open(folder.resolve("objects"));
        for (String key : OBJECTS) {
            objects.put(key, ObjectAttributes.NONE, ObjectBody.of(content(key).getBytes(StandardCharsets.UTF_8)));
        }
        try (BackupManager backups = BackupManager.builder(LocalObjectStore.open(repository))
                .database(server.config(database))
                .objects(objects, null)
                .signingKeys(List.of(KEY))
                .build()) {
            full = completed(backups, BackupType.FULL);
            gzipDump = completed(backups, BackupType.DATABASE);
        }
        try (BackupManager backups = BackupManager.builder(LocalObjectStore.open(repository))
                .database(server.config(database))
                .config(BackupConfig.defaults().withCompression(Compression.ZSTD))
                .signingKeys(List.of(KEY))
                .build()) {
            zstdDump = completed(backups, BackupType.DATABASE);
        }
        identity = AgeKeys.make(folder.resolve("identity.txt"));
        try (BackupManager backups = BackupManager.builder(LocalObjectStore.open(repository))
                .database(server.config(database))
                .objects(objects, null)
                .signingKeys(List.of(KEY))
                .encryption(Recipients.of(List.of(AgeKeys.recipient(identity))))
                .build()) {
            encryptedFull = completed(backups, BackupType.FULL);
            encryptedDump = completed(backups, BackupType.DATABASE);
        }
    }

    @AfterEach
    void dropRestored() {
        server.execute(PrivatePostgres.SUPERUSER, "postgres", "DROP DATABASE IF EXISTS restored");
    }

    @Test
    void aManifest_isCheckedBySha256sumAndOpenssl() throws Exception {
        List<String> sums = hexIn(shell(0));

        String manifest = Files.readString(repository.resolve("full/" + full + "/manifest.json"));
        assertThat(sums).containsExactly(value(manifest, "sha256"), value(manifest, "hmac"));
    }

    @Test
    void theFilesOfABackup_areCheckedBySha256sum() throws Exception {
        List<String> sums = hexIn(shell(1));

        String manifest = Files.readString(repository.resolve("full/" + full + "/manifest.json"));
        assertThat(sums).hasSize(4).allSatisfy(sum -> assertThat(manifest).contains("\"sha256\":\"" + sum + "\""));
    }

    @Test
    void aDamagedBlob_isFoundBySha256sum() throws Exception {
        try (var files = Files.walk(repository.resolve("blobs/plain"))) {
            Path blob = files.filter(Files::isRegularFile).findFirst().orElseThrow();
            Files.writeString(blob, "not what was stored");
        }

        assertThat(run(block(1)).code()).isNotZero();
    }

    @Test
    void theDatabase_isRestoredByGunzipAndPsql() throws Exception {
        shell(2);

        assertThat(ClientProgram.dump(server, "restored"))
                .isEqualTo(ClientProgram.dump(server, database).replace(database, "restored"));
    }

    @Test
    void theDatabase_isRestoredByZstdAndPsql() throws Exception {
        assumeThereIs("zstd");
        server.execute(PrivatePostgres.ROLE, "postgres", "CREATE DATABASE restored TEMPLATE template0");

        shell(3);

        assertThat(ClientProgram.dump(server, "restored"))
                .isEqualTo(ClientProgram.dump(server, database).replace(database, "restored"));
    }

    @Test
    void theObjects_areRestoredByGunzipAndJq() throws Exception {
        assumeThereIs("jq");

        shell(4);

        for (String key : OBJECTS) {
            assertThat(repository.resolve("restored").resolve(key)).hasContent(content(key));
        }
    }

    @Test
    void anEncryptedDatabase_isRestoredByAgeGunzipAndPsql() throws Exception {
        server.execute(PrivatePostgres.ROLE, "postgres", "CREATE DATABASE restored TEMPLATE template0");

        shell(5);

        assertThat(ClientProgram.dump(server, "restored"))
                .isEqualTo(ClientProgram.dump(server, database).replace(database, "restored"));
    }

    @Test
    void encryptedObjects_areRestoredByAgeGunzipAndJq() throws Exception {
        assumeThereIs("jq");

        shell(6);

        for (String key : OBJECTS) {
            assertThat(repository.resolve("restored").resolve(key)).hasContent(content(key));
        }
    }

    private static String content(String key) {
        return "content of " + key;
    }

    private static String completed(BackupManager backups, BackupType type) {
        OperationStatus made = backups.await(backups.create(type, ALICE).id());
        assertThat(made.status()).as(made.message()).isEqualTo(OperationStatus.Status.COMPLETED);
        return String.valueOf(made.backupId());
    }

    /** The section's block of this number, for the backups that are there. */
    private String block(int number) throws IOException {
        String page = Files.readString(Path.of("../docs/backup-format.md"));
        String section = page.substring(page.indexOf("\n## Without us\n"));
        List<String> blocks =
                BLOCK.matcher(section).results().map(result -> result.group(1)).toList();
        assertThat(blocks).hasSize(7);
        return blocks.get(number)
                .replace(EXAMPLE + ".sql.gz", gzipDump + ".sql.gz")
                .replace(EXAMPLE + ".sql.zst", zstdDump + ".sql.zst")
                .replace("20260103_150000", encryptedDump)
                .replace("20260103_160000", encryptedFull)
                .replace(EXAMPLE, full);
    }

    private String shell(int number) throws Exception {
        Shell.Result result = run(block(number));
        assertThat(result.code()).as(result.output()).isZero();
        return result.output();
    }

    /** Nothing else of ours needs these two, so a machine may lack them. */
    private void assumeThereIs(String program) throws Exception {
        assumeTrue(run("command -v " + program).code() == 0, program + " is not installed");
    }

    private Shell.Result run(String lines) throws IOException, InterruptedException {
        return new Shell(server, Map.of("BACKUP_SIGNING_KEY", KEY, "IDENTITY", identity.toString()))
                .run(repository, lines);
    }

    private static List<String> hexIn(String output) {
        return new ArrayList<>(Pattern.compile("\\b[0-9a-f]{64}\\b")
                .matcher(output)
                .results()
                .map(MatchResult::group)
                .toList());
    }

    private static String value(String json, String name) {
        String quoted = "\"" + name + "\": \"";
        int from = json.lastIndexOf(quoted) + quoted.length();
        return json.substring(from, json.indexOf('"', from));
    }
}
