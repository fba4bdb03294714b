package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an archive says of itself is done here, by the programs that it names; and each type goes there and back. */
@ExtendWith(PrivatePostgres.Shared.class)
class ArchiveReadmeTest {
    private static final Caller ALICE = new Caller("alice");

    private final PrivatePostgres server;

    @TempDir
    Path folder;

    private String database = "";
    private ObjectStore objects;

    ArchiveReadmeTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void fill() throws IOException {
        database = server.createDatabase();
        objects = LocalObjectStore.open(folder.resolve("objects"));
        put("a folder/plain name.txt", "content");
        put("b", "content");
        server.execute(
                PrivatePostgres.ROLE,
                database,
                "CREATE TABLE document (key text PRIMARY KEY)",
                "INSERT INTO document VALUES ('it''s'), ('\u6587')");
    }

    @ParameterizedTest
    @EnumSource(BackupType.class)
    void itsLines_checkAndRestoreWithoutUs(BackupType type) throws Exception {
        String id = export(type);
        Path unpacked = folder.resolve("backup_" + id);
        shell(folder, "tar xf one.tar");
        String lines = Files.readString(unpacked.resolve("README.txt"));
        String copy = "restored_" + type.wireName() + "_" + database;

        shell(unpacked, lines.replaceAll("(?<=-E \\w{1,20} |-d )restored", copy));

        if (type.hasDatabase()) {
            assertThat(server.query(copy, "SELECT key FROM document ORDER BY key"))
                    .containsExactlyInAnyOrder("it's", "\u6587");
        }
        if (type.hasStorage()) {
            assertThat(unpacked.resolve("restored/a folder/plain name.txt")).hasContent("content");
            assertThat(unpacked.resolve("restored/b")).hasContent("content");
        }
    }

    @Test
    void itsLines_findAChangedByte() throws Exception {
        String id = export(BackupType.FULL);
        Path unpacked = folder.resolve("backup_" + id);
        shell(folder, "tar xf one.tar");
        String lines = Files.readString(unpacked.resolve("README.txt"));
        String check = lines.substring(0, lines.indexOf("createdb -T"));
        assertThat(run(unpacked, check)).isZero();
        for (String file : List.of("manifest.json", "database.sql.gz", "globals.sql.gz")) {
            Path path = unpacked.resolve("full/" + id + "/" + file);
            byte[] was = Files.readAllBytes(path);
            byte[] changed = was.clone();
            changed[changed.length / 2] ^= 1;
            Files.write(path, changed);

            assertThat(run(unpacked, check)).as(file).isNotZero();

            Files.write(path, was);
        }
    }

    @ParameterizedTest
    @EnumSource(BackupType.class)
    void itIsImported_andRestoresInTheOtherRepository(BackupType type) throws Exception {
        String id = export(type);
        server.execute(PrivatePostgres.ROLE, database, "DELETE FROM document");
        objects.delete("b");

        try (BackupManager others = manager("others")) {
            OperationStatus imported = others.await(
                    others.importFrom(folder.resolve("one.tar"), false, ALICE).id());
            assertThat(imported.status()).as(imported.message()).isEqualTo(Status.COMPLETED);
            OperationStatus restored = others.await(
                    others.restore(id, RestoreOptions.defaults(), ALICE).id());
            assertThat(restored.status()).as(restored.message()).isEqualTo(Status.COMPLETED);
        }

        assertThat(server.query(database, "SELECT count(*)::text FROM document"))
                .containsExactly(type.hasDatabase() ? "2" : "0");
        assertThat(objects.head("b").isPresent()).isEqualTo(type.hasStorage());
    }

    private String export(BackupType type) throws IOException {
        try (BackupManager backups = manager("backups")) {
            OperationStatus made = backups.await(backups.create(type, ALICE).id());
            assertThat(made.status()).as(made.message()).isEqualTo(Status.COMPLETED);
            String id = String.valueOf(made.backupId());
            backups.exportTo(id, folder.resolve("one.tar"));
            return id;
        }
    }

    private BackupManager manager(String repository) throws IOException {
        return BackupManager.builder(LocalObjectStore.open(folder.resolve(repository)))
                .database(server.config(database))
                .objects(objects, null)
                .build();
    }

    private void shell(Path in, String script) throws Exception {
        assertThat(run(in, script)).isZero();
    }

    private int run(Path in, String script) throws Exception {
        return new Shell(server, Map.of()).run(in, script).code();
    }

    private void put(String key, String text) throws IOException {
        objects.put(key, ObjectAttributes.NONE, ObjectBody.of(text.getBytes(StandardCharsets.UTF_8)));
    }
}
